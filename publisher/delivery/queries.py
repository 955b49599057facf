"""What is in the ledger: a batch's letters for its worker, and the figures that an editor reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, F

from publisher.delivery.models import Batch, Delivery, Mailing


class Letter(NamedTuple):
    """One delivery that is still to be tried.

    `obstacle` is why it must not go out any more, "" if it may.
    """

    delivery_id: int
    address: str
    name: str
    subscriber_id: int | None
    subscription_id: int | None
    obstacle: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one recipient."""

    email: str
    state: str
    reason: str
    finished_at: datetime | None


def letters(batch_id: int) -> list[Letter]:
    """Return what is left of a batch, in the order of its deliveries; nothing while it is held."""
    with connection.cursor() as cursor:
        cursor.execute(_LETTERS, {"batch": batch_id})
        return [Letter(*row) for row in cursor.fetchall()]


def counts(mailing_id: int | None) -> dict[str, int]:
    """Return the number of deliveries by state, all states named; "sending" is on a worker now."""
    figures = dict.fromkeys(
        ("queued", "sending", "sent", "deferred", "bounced", "refused", "skipped"), 0
    )
    if mailing_id is None:
        return figures
    rows = (
        Delivery.objects.filter(mailing_id=mailing_id)
        .values("state", in_hand=F("batch__state"))
        .annotate(count=Count("pk"))
    )
    for row in rows:
        in_hand = row["state"] == Delivery.State.QUEUED and row["in_hand"] == Batch.State.SENDING
        figures["sending" if in_hand else row["state"]] += row["count"]
    return figures


def problem(mailing_id: int | None) -> str:
    """Return why a mailing does not get on, "" if it does."""
    if mailing_id is None:
        return ""
    return (
        Batch.objects.filter(mailing_id=mailing_id)
        .exclude(problem="")
        .exclude(state=Batch.State.DONE)
        .values_list("problem", flat=True)
        .first()
        or ""
    )


def is_held(mailing_id: int) -> bool:
    """Return whether a mailing waits for a person, and not only for a relay."""
    return Mailing.objects.filter(pk=mailing_id, held=True).exists()


def results(mailing_id: int, states: Sequence[str], limit: int) -> list[Result]:
    """Return recipients in the given states, the latest first."""
    found = (
        Delivery.objects.filter(mailing_id=mailing_id, state__in=states)
        .select_related("subscriber")
        .order_by(F("finished_at").desc(nulls_last=True))[:limit]
    )
    return [
        Result(
            email=row.subscriber.email if row.subscriber else row.address or "(erased)",
            state=row.state,
            reason=row.reason,
            finished_at=row.finished_at,
        )
        for row in found
    ]


def mailing(mailing_id: int) -> Mailing:
    """Return a mailing with its frozen message."""
    return Mailing.objects.get(pk=mailing_id)


# The batch comes first by force: a planner who has not seen its mailing's rows yet, as is so in the
# first minute of every edition, would go through all of them for every batch.
_LETTERS = """
    WITH delivery AS MATERIALIZED (
        SELECT id, mailing_id, subscriber_id, address FROM delivery_delivery
        WHERE batch_id = %(batch)s AND state IN ('queued', 'deferred')
    )
    SELECT delivery.id,
        COALESCE(reader.email, delivery.address), COALESCE(reader.name, ''), reader.id, wish.id,
        CASE
            WHEN delivery.address <> '' THEN ''
            WHEN reader.id IS NULL THEN 'Erased.'
            WHEN stop.id IS NOT NULL THEN 'Suppressed: ' || stop.reason
            WHEN wish.state IS DISTINCT FROM mailing.wants THEN 'No longer subscribed.'
            ELSE ''
        END
    FROM delivery
    JOIN delivery_mailing mailing
        ON mailing.id = delivery.mailing_id AND mailing.state = 'open' AND NOT mailing.held
    LEFT JOIN audience_subscriber reader ON reader.id = delivery.subscriber_id
    LEFT JOIN audience_suppression stop ON stop.digest = reader.digest
    LEFT JOIN audience_subscription wish
        ON wish.subscriber_id = reader.id AND wish.newsletter_id = mailing.newsletter_id
    ORDER BY delivery.id
"""
