"""Writing a delivery for everybody whom a mailing is for.

A million readers are addressed in portions, each a transaction of its own: the first of them get
their mail while the last are still being written down, and nobody else has to wait for that.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from publisher.audience import queries as audience
from publisher.delivery.models import Batch, Delivery, Mailing

# Readers in a portion: a tenth of a second's work, so that a batch is there at once and the
# transaction is short.
_PORTION = 10_000
# How long a worker that addresses may go without having written a portion.
_LEASE = timedelta(seconds=10)
_HANDED_OUT = 10


@transaction.atomic
def address_readers(mailing_id: int, *, now: datetime) -> bool:
    """Write deliveries for the next portion of a mailing's readers; return whether more are left.

    They are in batches due at `now`, or spread over the mailing's window. Somebody who subscribes
    meanwhile is among them or not, but never twice.
    """
    mailing = Mailing.objects.select_for_update().filter(pk=mailing_id).first()
    if mailing is None or mailing.state == Mailing.State.CLOSED or mailing.addressed_at:
        return False
    _open(mailing, now)
    size = settings.BATCH_RECIPIENTS
    limit = max(_PORTION // size, 1) * size
    first, gap = _spread(mailing, size, now)
    with connection.cursor() as cursor:
        cursor.execute(
            _ADDRESS_READERS,
            {
                "mailing": mailing_id,
                "newsletter": mailing.newsletter_id,
                "after": mailing.addressed_to,
                "limit": limit,
                "size": size,
                "first": first,
                "gap": gap.total_seconds(),
                "now": now,
            },
        )
        addressed_to, count = cursor.fetchone()
    is_last = count < limit
    Mailing.objects.filter(pk=mailing_id).update(
        addressed_to=addressed_to or mailing.addressed_to,
        addressed_at=now if is_last else None,
        # Whoever was handed the rest shows a sign of life.
        leased_until=mailing.leased_until and now + _LEASE,
    )
    return not is_last


def claim_unaddressed(*, now: datetime) -> list[int]:
    """Take open mailings that have readers left to address and nobody at work; return their ids."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    with transaction.atomic():
        due = Mailing.objects.select_for_update(skip_locked=True).filter(
            free, state=Mailing.State.OPEN, addressed_at=None, held=False
        )
        ids = list(due.order_by("opened_at").values_list("pk", flat=True)[:_HANDED_OUT])
        Mailing.objects.filter(pk__in=ids).update(leased_until=now + _LEASE)
    return ids


@transaction.atomic
def address_one(
    mailing_id: int, *, now: datetime, subscriber_id: int | None = None, address: str = ""
) -> None:
    """Write the one delivery of a prepared mailing: to a subscriber, or a test to an address."""
    prepared = Mailing.objects.filter(pk=mailing_id, state=Mailing.State.PREPARED)
    if not prepared.update(state=Mailing.State.OPEN, opened_at=now, addressed_at=now):
        return
    mailing = Mailing.objects.only("lane").get(pk=mailing_id)
    batch = Batch.objects.create(
        mailing=mailing, lane=mailing.lane, state=Batch.State.QUEUED, due_at=now
    )
    Delivery.objects.create(
        mailing=mailing,
        batch=batch,
        subscriber_id=subscriber_id,
        address=address,
        state=Delivery.State.QUEUED,
    )


def _open(mailing: Mailing, now: datetime) -> None:
    if mailing.state == Mailing.State.PREPARED:
        Mailing.objects.filter(pk=mailing.pk).update(state=Mailing.State.OPEN, opened_at=now)
        mailing.opened_at = now


def _spread(mailing: Mailing, size: int, now: datetime) -> tuple[datetime, timedelta]:
    """Return when the next batch is due, and how long after it the one behind it is."""
    if not mailing.spread or mailing.newsletter_id is None:
        return now, timedelta()
    batches = max(1, -(-audience.active_readers(mailing.newsletter_id) // size))
    gap = mailing.spread / batches
    # A batch that comes late must not be followed by others at once.
    planned = (mailing.opened_at or now) + gap * mailing.batches.count()
    return max(planned, now), gap


# Only the active are addressed; what else a mailing may want is addressed one by one.
_ADDRESS_READERS = """
    WITH wishes AS MATERIALIZED (
        SELECT subscriber_id FROM audience_subscription
        WHERE newsletter_id = %(newsletter)s AND state = 'active' AND subscriber_id > %(after)s
        ORDER BY subscriber_id
        LIMIT %(limit)s
    ), readers AS MATERIALIZED (
        SELECT reader.id, stop.reason,
            (row_number() OVER (PARTITION BY stop.id IS NULL ORDER BY reader.id) - 1) / %(size)s
                AS portion
        FROM wishes
        CROSS JOIN LATERAL (
            SELECT id, digest FROM audience_subscriber
            WHERE id = wishes.subscriber_id
            -- One look each, whatever the planner believes: none goes through everybody's readers.
            OFFSET 0
        ) reader
        LEFT JOIN audience_suppression stop ON stop.digest = reader.digest
    ), batches AS (
        INSERT INTO delivery_batch (mailing_id, lane, state, due_at, fence, attempts, problem)
        SELECT mailing.id, mailing.lane, 'queued',
            %(first)s + make_interval(secs => %(gap)s * number), 0, 0, ''
        FROM delivery_mailing mailing,
            generate_series(0, (SELECT max(portion) FROM readers WHERE reason IS NULL)) number
        WHERE mailing.id = %(mailing)s
        RETURNING id
    ), numbered AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS portion FROM batches
    ), deliveries AS (
        INSERT INTO delivery_delivery
            (mailing_id, subscriber_id, batch_id, address, state, reason, finished_at)
        SELECT %(mailing)s, readers.id, numbered.id, '',
            CASE WHEN readers.reason IS NULL THEN 'queued' ELSE 'skipped' END,
            CASE WHEN readers.reason IS NULL THEN '' ELSE 'Suppressed: ' || readers.reason END,
            CASE WHEN readers.reason IS NULL THEN NULL ELSE %(now)s END
        FROM readers
        LEFT JOIN numbered ON numbered.portion = readers.portion AND readers.reason IS NULL
        ORDER BY readers.id
    )
    SELECT max(subscriber_id), count(*) FROM wishes
"""
