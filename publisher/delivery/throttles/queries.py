"""What editors are told of a mailing that a provider wants more slowly."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from publisher.delivery.models import Mailing, Relay, Slowdown
from publisher.delivery.throttles import providers
from publisher.delivery.throttles.limits import NAMELESS
from publisher.delivery.throttles.pace import Pace


def delays(mailing_id: int, zone: str, *, now: datetime) -> list[str]:
    """Return a sentence for every provider that keeps readers of a mailing waiting.

    Times are in `zone`. Only readers who were set aside are counted, not who is still to come.
    """
    slowed = _slowed(mailing_id, now)
    waiting = _waiting(mailing_id, now) if slowed else Counter[str]()
    return [
        _sentence(group, waiting[group], rests_until, ZoneInfo(zone))
        for group, rests_until in slowed.items()
        if waiting[group]
    ]


def _slowed(mailing_id: int, now: datetime) -> dict[str, datetime | None]:
    """Return until when each provider rests, None for one that gets a little already."""
    route = Mailing.objects.values("route").get(pk=mailing_id)["route"]
    relays = {*Relay.objects.filter(route=route).values_list("name", flat=True), NAMELESS}
    slowed: dict[str, datetime | None] = {}
    # Where several relays carry it, the first that goes on counts.
    for row in Slowdown.objects.filter(relay__in=relays).order_by("-rests_until"):
        if Pace(row.rate, row.times, row.rests_until).at(now, None) is not None:
            slowed[row.group] = row.rests_until if row.rests_until > now else None
    return slowed


def _waiting(mailing_id: int, now: datetime) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"mailing": mailing_id, "now": now})
        waiting: Counter[str] = Counter()
        for domain, count in cursor.fetchall():
            waiting[providers.of_domain(domain)] += count
    return waiting


def _sentence(group: str, count: int, rests_until: datetime | None, zone: ZoneInfo) -> str:
    readers = "its one reader gets" if count == 1 else f"its {count:,} readers get"
    if rests_until is None:
        when = "little by little"
    else:
        when = f"from {rests_until.astimezone(zone):%H:%M} on"
    return f"{providers.name_of(group)} asks us to slow down; {readers} theirs {when}."


_WAITING = """
    SELECT split_part(reader.email, '@', 2), count(*)
    FROM delivery_batch batch
    JOIN delivery_delivery delivery ON delivery.batch_id = batch.id
    JOIN audience_subscriber reader ON reader.id = delivery.subscriber_id
    WHERE batch.mailing_id = %(mailing)s AND batch.state <> 'done' AND batch.due_at > %(now)s
        AND delivery.state IN ('queued', 'deferred')
    GROUP BY 1
"""
