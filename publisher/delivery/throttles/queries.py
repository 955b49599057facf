"""Why readers of a mailing wait: what relays, providers and a young sending domain put up with."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from publisher.delivery import relays
from publisher.delivery.domains.queries import identity
from publisher.delivery.models import Delivery, Mailing, Slowdown
from publisher.delivery.routing import Way
from publisher.delivery.throttles import providers, quotas, shares, warming
from publisher.delivery.throttles.pace import Pace

# What is over sooner needs no explanation.
_WORTH_TELLING = timedelta(minutes=1)


class Cause(StrEnum):
    """What readers wait for."""

    SPREAD = "spread"
    PROVIDER = "provider"
    PER_SECOND = "relay's second"
    PER_HOUR = "relay's hour"
    PER_DAY = "relay's day"
    WARM_UP = "warm-up"


@dataclass(frozen=True, slots=True)
class Delay:
    """One reason why readers of a mailing wait.

    `who` is a provider, a relay or a sending domain, "" for the newsroom's own wish; `most` how
    many mails it takes in the span of the cause, and `readers` how many wait for it: 0 where that
    is not counted. The wait is over at `until`; None: little by little.
    """

    cause: Cause
    until: datetime | None
    who: str = ""
    most: int = 0
    readers: int = 0


def delays(mailing_id: int, *, now: datetime) -> list[Delay]:
    """Return why those wait whom an open mailing has not reached yet, [] where nobody has to."""
    mailing = Mailing.objects.defer("frozen").get(pk=mailing_id)
    ways = [way for way in relays.ways(mailing.route) if not way.stopped_reason]
    return [
        *_spread(mailing, now),
        *_of_providers(mailing_id, ways, now),
        *_of_seconds(mailing_id, ways, now),
        *_of_hours_and_days(ways, now),
        *_of_warm_up(mailing, now),
    ]


def _spread(mailing: Mailing, now: datetime) -> Iterator[Delay]:
    until = (mailing.opened_at or now) + (mailing.spread or timedelta())
    if until > now:
        yield Delay(Cause.SPREAD, until)


def _of_providers(mailing_id: int, ways: Sequence[Way], now: datetime) -> Iterator[Delay]:
    """Tell of every provider that asked us to slow down.

    Only readers who were set aside are counted, not who is still to come.
    """
    slowed = _slowed([way.name for way in ways], now)
    waiting = _waiting(mailing_id, now) if slowed else Counter[str]()
    for group, until in slowed.items():
        if readers := waiting[group]:
            yield Delay(Cause.PROVIDER, until, who=providers.name_of(group), readers=readers)


def _slowed(names: Sequence[str], now: datetime) -> dict[str, datetime | None]:
    """Return until when each provider rests, None for one that gets a little already."""
    slowed: dict[str, datetime | None] = {}
    # Where several relays carry it, the first that goes on counts.
    for row in Slowdown.objects.filter(relay__in=names).order_by("-rests_until"):
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


def _of_seconds(mailing_id: int, ways: Sequence[Way], now: datetime) -> Iterator[Delay]:
    """Tell what the relays take together; one without a limit takes whatever comes."""
    together = sum(way.per_second or 0 for way in ways)
    if not together or any(way.per_second is None for way in ways):
        return
    readers = Delivery.objects.filter(mailing_id=mailing_id, state__in=Delivery.OPEN).count()
    wait = timedelta(seconds=readers / together)
    if wait >= _WORTH_TELLING:
        who = ways[0].name if len(ways) == 1 else ""
        yield Delay(Cause.PER_SECOND, now + wait, who, together, readers)


def _of_hours_and_days(ways: Sequence[Way], now: datetime) -> Iterator[Delay]:
    """Tell of every relay that has had as many as it takes."""
    for way in ways:
        for cause, span, most in (
            (Cause.PER_HOUR, quotas.HOUR, way.per_hour),
            (Cause.PER_DAY, quotas.DAY, way.per_day),
        ):
            window = quotas.last(span, most or 0, now=now)
            if most and (until := _used_up(quotas.of_relay(way.name), window, now)):
                yield Delay(cause, until, way.name, most)


def _of_warm_up(mailing: Mailing, now: datetime) -> Iterator[Delay]:
    """Tell of a sending domain that is new and has sent what it may today."""
    known_as = identity(mailing.sender)
    zone = ZoneInfo(settings.TIME_ZONE)
    most = warming.allowance(known_as, now.astimezone(zone).date()) if known_as else None
    if known_as is None or most is None:
        return
    name = shares.of_domain(known_as.name)
    if until := _used_up(name, quotas.today(most, zone, now=now), now):
        yield Delay(Cause.WARM_UP, until, known_as.name, most)


def _used_up(name: str, window: quotas.Window, now: datetime) -> datetime | None:
    """Return when more may go, None where some may go now."""
    room = quotas.room(name, [window], 1, now=now)
    return None if room.count else room.again_at


_WAITING = """
    SELECT split_part(reader.email, '@', 2), count(*)
    FROM delivery_batch batch
    JOIN delivery_delivery delivery ON delivery.batch_id = batch.id
    JOIN audience_subscriber reader ON reader.id = delivery.subscriber_id
    WHERE batch.mailing_id = %(mailing)s AND batch.state <> 'done' AND batch.due_at > %(now)s
        AND delivery.state IN ('queued', 'deferred')
    GROUP BY 1
"""
