"""Everything that changes the ledger.

Preparing, addressing, claiming, noting outcomes, finishing.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from publisher.channels.smtp import Outcome
from publisher.delivery.models import Batch, Delivery, Mailing

# How long an id may lie on the queue, and a worker go without a sign of life, before the batch is
# handed out again. Longer delays a recovery, shorter hands out twice what a worker still holds.
LEASE = timedelta(seconds=10)
# Batches on the queue at a time in each lane: enough for the fastest workers until the next tick.
HANDED_OUT = 64
# When a relay said "later", or could not be reached at all: the waits before each further attempt,
# the last one again and again.
RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360))
RECONNECT_AFTER = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300))
# A deferred delivery bounces this long after its mailing began to leave.
GIVE_UP_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Addressing:
    """How a mailing leaves, and to whom it may go; see the fields of `Mailing`."""

    lane: str
    sender: str
    domain: str
    nameless: str = ""
    newsletter_id: int | None = None
    wants: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A worker's right to send one batch, good while nobody has taken it with a higher fence."""

    batch_id: int
    mailing_id: int
    fence: int


def prepare(frozen: bytes, addressing: Addressing, *, now: datetime) -> int:
    """Store a frozen message that is addressed to nobody yet; return the mailing's id."""
    mailing = Mailing.objects.create(
        frozen=frozen, state=Mailing.State.PREPARED, created_at=now, **asdict(addressing)
    )
    return mailing.pk


def discard(mailing_id: int) -> None:
    """Forget a mailing that was prepared and never addressed."""
    Mailing.objects.filter(pk=mailing_id, state=Mailing.State.PREPARED).delete()


@transaction.atomic
def address_readers(mailing_id: int, *, now: datetime) -> None:
    """Write a delivery for every reader whom a prepared mailing wants, in batches due at `now`."""
    if not _open(mailing_id, now):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _ADDRESS_READERS,
            {"mailing": mailing_id, "now": now, "portion": settings.BATCH_RECIPIENTS},
        )


@transaction.atomic
def address_one(
    mailing_id: int, *, now: datetime, subscriber_id: int | None = None, address: str = ""
) -> None:
    """Write the one delivery of a prepared mailing: to a subscriber, or a test to an address."""
    if not _open(mailing_id, now):
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


def _open(mailing_id: int, now: datetime) -> bool:
    prepared = Mailing.objects.filter(pk=mailing_id, state=Mailing.State.PREPARED)
    return bool(prepared.update(state=Mailing.State.OPEN, opened_at=now, addressed_at=now))


def hold(mailing_id: int) -> None:
    """Let nothing more of a mailing leave, but forget nothing of it."""
    Mailing.objects.filter(pk=mailing_id).update(held=True)


def release(mailing_id: int) -> None:
    """Let a held mailing go on where it stopped."""
    Mailing.objects.filter(pk=mailing_id).update(held=False)


@transaction.atomic
def cancel(mailing_id: int, *, now: datetime) -> None:
    """Let nothing more of a mailing leave, ever; whoever has not got it is skipped."""
    # Batches before deliveries, as in `note`: two that lock in one order cannot deadlock.
    Batch.objects.filter(mailing_id=mailing_id).exclude(state=Batch.State.DONE).update(
        state=Batch.State.DONE, leased_until=None
    )
    Mailing.objects.filter(pk=mailing_id).update(state=Mailing.State.CLOSED)
    Delivery.objects.filter(mailing_id=mailing_id, state__in=Delivery.OPEN).update(
        state=Delivery.State.SKIPPED, reason="The edition was cancelled.", finished_at=now
    )


def close_finished(mailing_ids: Sequence[int]) -> list[int]:
    """Close those of the open mailings that have no open batch left, and return their ids."""
    open_batches = Batch.objects.exclude(state=Batch.State.DONE).values("mailing")
    finished = Mailing.objects.filter(pk__in=mailing_ids, state=Mailing.State.OPEN)
    closed = list(finished.exclude(pk__in=open_batches).values_list("pk", flat=True))
    Mailing.objects.filter(pk__in=closed).update(state=Mailing.State.CLOSED)
    return closed


def claim_due(lane: str, *, now: datetime) -> list[int]:
    """Take the batches of a lane that are due or whose lease ran out, oldest first; return ids."""
    waiting = Batch.objects.filter(
        lane=lane, state=Batch.State.QUEUED, leased_until__gte=now
    ).count()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM_DUE,
            {"lane": lane, "now": now, "until": now + LEASE, "limit": HANDED_OUT - waiting},
        )
        return [batch_id for (batch_id,) in cursor.fetchall()]


def take(batch_id: int, *, now: datetime) -> Hold | None:
    """Take a claimed batch in order to send it; None where somebody else has it or it must wait."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"batch": batch_id, "now": now, "until": now + LEASE})
        row = cursor.fetchone()
    return Hold(batch_id, *row) if row else None


@transaction.atomic
def note(held: Hold, outcomes: Sequence[Outcome]) -> bool:
    """Write what a relay answered and extend the lease; return whether the worker may go on.

    False where the batch was lost to another worker, or its mailing is held or closed by now; the
    outcomes are facts and are written all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RENEW,
            {"batch": held.batch_id, "fence": held.fence, "seconds": LEASE.total_seconds()},
        )
        may_go_on = bool(cursor.rowcount)
    recover(outcomes)
    return may_go_on


def recover(outcomes: Sequence[Outcome]) -> None:
    """Write what a relay answered to a worker that did not live to write it down."""
    if not outcomes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "ids": [outcome.key for outcome in outcomes],
                "states": [outcome.verdict for outcome in outcomes],
                "reasons": [outcome.detail for outcome in outcomes],
            },
        )


def skip(reasons: dict[int, str], *, now: datetime) -> None:
    """Leave deliveries out, each for its reason."""
    for delivery_id, reason in reasons.items():
        Delivery.objects.filter(pk=delivery_id, state__in=Delivery.OPEN).update(
            state=Delivery.State.SKIPPED, reason=reason, finished_at=now
        )


@transaction.atomic
def finish(held: Hold, *, now: datetime, problem: str = "") -> None:
    """Give a batch back: done, or queued again for those not tried, and later for those deferred.

    `problem` says why no relay could be used; then everybody waits. A batch that was lost to
    another worker is left alone.
    """
    batch = (
        Batch.objects.select_for_update()
        .filter(pk=held.batch_id, fence=held.fence, state=Batch.State.SENDING)
        .first()
    )
    if batch is None:
        return
    _put_off(batch, now)
    untried = batch.deliveries.filter(state=Delivery.State.QUEUED).exists()
    batch.state = Batch.State.QUEUED if untried else Batch.State.DONE
    batch.leased_until = None
    batch.problem = problem
    if problem:
        batch.due_at = now + _wait(RECONNECT_AFTER, batch.attempts)
        batch.attempts += 1
    batch.save(update_fields=["state", "leased_until", "problem", "due_at", "attempts"])


def _put_off(batch: Batch, now: datetime) -> None:
    deferred = batch.deliveries.filter(state=Delivery.State.DEFERRED)
    if not deferred.exists():
        return
    if now - (batch.mailing.opened_at or now) > GIVE_UP_AFTER:
        deferred.update(state=Delivery.State.BOUNCED, finished_at=now)
        return
    later = Batch.objects.create(
        mailing_id=batch.mailing_id,
        lane=batch.lane,
        state=Batch.State.QUEUED,
        due_at=now + _wait(RETRY_AFTER, batch.attempts),
        attempts=batch.attempts + 1,
    )
    deferred.update(batch=later)


def _wait(waits: tuple[timedelta, ...], attempts: int) -> timedelta:
    return waits[min(attempts, len(waits) - 1)]


_ADDRESS_READERS = """
    WITH readers AS MATERIALIZED (
        SELECT reader.id, stop.reason,
            (row_number() OVER (PARTITION BY stop.id IS NULL ORDER BY reader.id) - 1) / %(portion)s
                AS portion
        FROM delivery_mailing mailing
        JOIN audience_subscription wish
            ON wish.newsletter_id = mailing.newsletter_id AND wish.state = mailing.wants
        JOIN audience_subscriber reader ON reader.id = wish.subscriber_id
        LEFT JOIN audience_suppression stop ON stop.digest = reader.digest
        WHERE mailing.id = %(mailing)s
    ), batches AS (
        INSERT INTO delivery_batch (mailing_id, lane, state, due_at, fence, attempts, problem)
        SELECT mailing.id, mailing.lane, 'queued', %(now)s, 0, 0, ''
        FROM delivery_mailing mailing,
            generate_series(0, (SELECT max(portion) FROM readers WHERE reason IS NULL))
        WHERE mailing.id = %(mailing)s
        RETURNING id
    ), numbered AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS portion FROM batches
    )
    INSERT INTO delivery_delivery
        (mailing_id, subscriber_id, batch_id, address, state, reason, finished_at)
    SELECT %(mailing)s, readers.id, numbered.id, '',
        CASE WHEN readers.reason IS NULL THEN 'queued' ELSE 'skipped' END,
        CASE WHEN readers.reason IS NULL THEN '' ELSE 'Suppressed: ' || readers.reason END,
        CASE WHEN readers.reason IS NULL THEN NULL ELSE %(now)s END
    FROM readers
    LEFT JOIN numbered ON numbered.portion = readers.portion AND readers.reason IS NULL
    ORDER BY readers.id
"""

_CLAIM_DUE = """
    UPDATE delivery_batch SET state = 'queued', leased_until = %(until)s
    WHERE id IN (
        SELECT batch.id FROM delivery_batch batch
        JOIN delivery_mailing mailing ON mailing.id = batch.mailing_id
        WHERE batch.lane = %(lane)s AND batch.state <> 'done' AND batch.due_at <= %(now)s
            AND (batch.leased_until IS NULL OR batch.leased_until < %(now)s)
            AND mailing.state = 'open' AND NOT mailing.held
        ORDER BY batch.due_at, batch.id
        LIMIT GREATEST(%(limit)s, 0)
        FOR UPDATE OF batch SKIP LOCKED
    )
    RETURNING id
"""

_TAKE = """
    UPDATE delivery_batch batch
    SET state = 'sending', fence = batch.fence + 1, leased_until = %(until)s
    FROM delivery_mailing mailing
    WHERE batch.id = %(batch)s AND batch.state = 'queued' AND batch.due_at <= %(now)s
        AND mailing.id = batch.mailing_id AND mailing.state = 'open' AND NOT mailing.held
    RETURNING batch.mailing_id, batch.fence
"""

# A message that was in flight when its edition was cancelled has been sent, not skipped.
_NOTE = """
    UPDATE delivery_delivery delivery
    SET state = outcome.state, reason = outcome.reason,
        finished_at = CASE WHEN outcome.state = 'deferred' THEN NULL ELSE clock_timestamp() END
    FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[])
        AS outcome (id, state, reason)
    WHERE delivery.id = outcome.id AND delivery.state IN ('queued', 'deferred', 'skipped')
"""

_RENEW = """
    UPDATE delivery_batch batch
    SET leased_until = clock_timestamp() + make_interval(secs => %(seconds)s)
    FROM delivery_mailing mailing
    WHERE batch.id = %(batch)s AND batch.fence = %(fence)s AND batch.state = 'sending'
        AND mailing.id = batch.mailing_id AND mailing.state = 'open' AND NOT mailing.held
"""
