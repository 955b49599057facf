"""Handing out, taking and giving back batches, and noting what became of everybody in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from publisher.channels.mail import Outcome
from publisher.delivery import answers, reports
from publisher.delivery.actions.mailings import stop
from publisher.delivery.models import Batch, Delivery, Mailing

# How long an id may lie on the queue, and a worker go without a sign of life, before the batch is
# handed out again. Longer delays a recovery, shorter hands out twice what a worker still holds.
LEASE = timedelta(seconds=10)
# Batches on the queue at a time in each lane. Every one wakes a worker, which then takes others by
# itself: so many workers are awake after one look of the dispatcher.
HANDED_OUT = 32
# When no relay could be reached at all: the waits before each further attempt, the last one again
# and again.
RECONNECT_AFTER = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300))
# As many failures in a row are more than a relay that was started again.
TROUBLE_AFTER = 2
# RFC 5321 section 4.2.3: "local error", as much as to say that it was deferred.
_DEFERRED = 451


@dataclass(frozen=True, slots=True)
class Hold:
    """A worker's right to send one batch, good while nobody has taken it with a higher fence."""

    batch_id: int
    mailing_id: int
    lane: str
    fence: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a worker's go at a batch ended.

    `obstacles` says of whom it was left out and why. `problem` says why no relay could be used;
    then everybody waits, until a person has looked where one is needed. `wait` is how long those
    wait whom a limit held back. `in_doubt`: a line broke before an answer, and not at once again,
    or a relay that always breaks there would fill a mailbox.
    """

    obstacles: Mapping[int, str] = field(default_factory=dict)
    problem: str = ""
    needs_person: bool = False
    wait: timedelta = timedelta()
    in_doubt: bool = False


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
    """Take a claimed batch in order to send it; None where somebody else has it or it must wait.

    An id that lay on the queue for longer than its lease, through an outage for instance, is worth
    nothing: whether the batch may leave still is the dispatcher's to say.
    """
    return _hold(_TAKE, {"batch": batch_id, "now": now, "until": now + LEASE})


def take_next(lane: str, *, now: datetime) -> Hold | None:
    """Take the oldest batch of a lane that is due and that nobody is sending; None: there is none.

    Where all are handed out, one of those whose ids lie on the queue still: whoever is awake goes
    on, and an id whose batch was taken is worth nothing.
    """
    values = {"lane": lane, "now": now, "until": now + LEASE}
    return _hold(_TAKE_NEXT, values) or _hold(_TAKE_HANDED_OUT, values)


def _hold(statement: str, values: Mapping[str, Any]) -> Hold | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return Hold(*row) if row else None


@transaction.atomic
def note(held: Hold, outcomes: Sequence[Outcome], *, now: datetime) -> bool:
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
    recover(outcomes, now=now)
    return may_go_on


# Within another transaction it is a part of that, without two more trips to the database.
@transaction.atomic(savepoint=False)
def recover(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Write what a relay answered, and do what follows from its refusals.

    By itself for a worker that did not live to do so; writing it again changes nothing.
    """
    if not outcomes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "ids": _array(str(outcome.key) for outcome in outcomes),
                "states": _array(outcome.verdict for outcome in outcomes),
                "reasons": _array(outcome.detail for outcome in outcomes),
            },
        )
        refused = {delivery_id for delivery_id, state in cursor.fetchall() if state == "refused"}
    if refused:
        reports.from_relay([each for each in outcomes if each.key in refused], now=now)


def _array(texts: Iterable[str]) -> str:
    """Return a PostgreSQL array as it is written: psycopg takes four times as long for a list."""
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


@transaction.atomic
def finish(held: Hold, outcomes: Sequence[Outcome], ending: Ending, *, now: datetime) -> None:
    """Write what a relay answered, and give the batch back.

    It is done, or queued again for those not tried, and later for those deferred. Of a batch that
    was lost to another worker only the outcomes are written.
    """
    batch = (
        Batch.objects.select_for_update()
        .filter(pk=held.batch_id, fence=held.fence, state=Batch.State.SENDING)
        .first()
    )
    recover(outcomes, now=now)
    if batch is None:
        return
    _skip(ending.obstacles, now)
    left = _left(batch.pk)
    if Delivery.State.DEFERRED in left:
        _put_off(batch, {outcome.key: outcome.code for outcome in outcomes}, now)
    is_done = Delivery.State.QUEUED not in left
    had_trouble = bool(batch.problem)
    batch.state = Batch.State.DONE if is_done else Batch.State.QUEUED
    batch.leased_until = None
    batch.problem = ending.problem
    if ending.wait:
        batch.due_at = now + ending.wait
    if ending.problem or ending.in_doubt:
        batch.due_at = now + _wait(RECONNECT_AFTER, batch.attempts)
        batch.attempts += 1
    batch.save(update_fields=["state", "leased_until", "problem", "due_at", "attempts"])
    if had_trouble or ending.problem:
        _tell_mailing(batch, ending)


def _tell_mailing(batch: Batch, ending: Ending) -> None:
    """Say on the mailing what keeps it, if that is no moment's trouble, or that it goes on."""
    going = Mailing.objects.filter(pk=batch.mailing_id, held=False)
    if ending.problem and ending.needs_person:
        stop(batch.mailing_id, ending.problem)
    elif not ending.problem:
        going.exclude(problem="").update(problem="")
    elif batch.attempts >= TROUBLE_AFTER:
        going.exclude(problem=ending.problem).update(problem=ending.problem)


def _skip(obstacles: Mapping[int, str], now: datetime) -> None:
    if obstacles:
        with connection.cursor() as cursor:
            cursor.execute(
                _SKIP, {"ids": [*obstacles], "reasons": [*obstacles.values()], "now": now}
            )


def _left(batch_id: int) -> set[str]:
    """Return the states that the open deliveries of a batch are in."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"batch": batch_id})
        return {state for (state,) in cursor.fetchall()}


def _put_off(batch: Batch, codes: Mapping[int, int], now: datetime) -> None:
    """Let those who were deferred come again when their answers make it worth it, or give them up.

    `codes` are those of the last answers; of what was noted before, its text says enough.
    """
    # Tries that found no relay are no answers.
    attempts = 0 if batch.problem else batch.attempts
    age = now - (batch.mailing.opened_at or now)
    by_wait = defaultdict[timedelta | None, dict[int, str]](dict)
    deferred = batch.deliveries.filter(state=Delivery.State.DEFERRED)
    for delivery_id, reason in deferred.values_list("pk", "reason"):
        code = codes.get(delivery_id, _DEFERRED)
        wait = answers.until(code, reason, attempts, age, give_up_after=settings.GIVE_UP_AFTER)
        by_wait[wait][delivery_id] = reason
    for wait, those in by_wait.items():
        if wait is None:
            deferred.filter(pk__in=those).update(state=Delivery.State.BOUNCED, finished_at=now)
            reports.given_up(those, now=now)
        else:
            later = Batch.objects.create(
                mailing_id=batch.mailing_id,
                lane=batch.lane,
                state=Batch.State.QUEUED,
                due_at=now + wait,
                attempts=attempts + 1,
            )
            deferred.filter(pk__in=those).update(batch=later)


def _wait(waits: tuple[timedelta, ...], attempts: int) -> timedelta:
    return waits[min(attempts, len(waits) - 1)]


_CLAIM_DUE = """
    WITH due AS (
        SELECT batch.id FROM delivery_batch batch
        JOIN delivery_mailing mailing ON mailing.id = batch.mailing_id
        WHERE batch.lane = %(lane)s AND batch.state <> 'done' AND batch.due_at <= %(now)s
            AND (batch.leased_until IS NULL OR batch.leased_until < %(now)s)
            AND mailing.state = 'open' AND NOT mailing.held
        ORDER BY batch.due_at, batch.id
        LIMIT GREATEST(%(limit)s, 0)
        FOR UPDATE OF batch SKIP LOCKED
    ), claimed AS (
        UPDATE delivery_batch batch SET state = 'queued', leased_until = %(until)s
        FROM due WHERE batch.id = due.id
        RETURNING batch.id, batch.due_at
    )
    SELECT id FROM claimed ORDER BY due_at, id
"""

_TAKE = """
    UPDATE delivery_batch batch
    SET state = 'sending', fence = batch.fence + 1, leased_until = %(until)s
    FROM delivery_mailing mailing
    WHERE batch.id = %(batch)s AND batch.state = 'queued' AND batch.due_at <= %(now)s
        AND batch.leased_until >= %(now)s
        AND mailing.id = batch.mailing_id AND mailing.state = 'open' AND NOT mailing.held
    RETURNING batch.id, batch.mailing_id, batch.lane, batch.fence
"""

_TAKE_OLDEST = """
    UPDATE delivery_batch batch
    SET state = 'sending', fence = batch.fence + 1, leased_until = %(until)s
    WHERE batch.id = (
        SELECT waiting.id FROM delivery_batch waiting
        JOIN delivery_mailing mailing ON mailing.id = waiting.mailing_id
        WHERE waiting.lane = %(lane)s AND waiting.state <> 'done' AND waiting.due_at <= %(now)s
            {that_is_free}
            AND mailing.state = 'open' AND NOT mailing.held
        ORDER BY waiting.due_at, waiting.id
        LIMIT 1
        FOR UPDATE OF waiting SKIP LOCKED
    )
    RETURNING batch.id, batch.mailing_id, batch.lane, batch.fence
"""
_TAKE_NEXT = _TAKE_OLDEST.format(
    that_is_free="""
            AND (waiting.leased_until IS NULL OR waiting.leased_until < %(now)s)
    """
)
_TAKE_HANDED_OUT = _TAKE_OLDEST.format(
    that_is_free="""
            AND waiting.state = 'queued'
    """
)

# The state is asked for in a CASE: a planner who believes that hardly any row is open, as is true
# between two editions, would search all of them for those.
# A message that was in flight when its edition was cancelled has been sent, not skipped.
_NOTE = """
    UPDATE delivery_delivery delivery
    SET state = outcome.state, reason = outcome.reason,
        finished_at = CASE WHEN outcome.state = 'deferred' THEN NULL ELSE clock_timestamp() END
    FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[])
        AS outcome (id, state, reason)
    WHERE delivery.id = outcome.id AND delivery.id = ANY(%(ids)s)
        AND CASE delivery.state
            WHEN 'queued' THEN TRUE
            WHEN 'deferred' THEN TRUE
            WHEN 'skipped' THEN outcome.state <> 'deferred'
            ELSE FALSE
        END
    RETURNING delivery.id, delivery.state
"""

_RENEW = """
    UPDATE delivery_batch batch
    SET leased_until = clock_timestamp() + make_interval(secs => %(seconds)s)
    FROM delivery_mailing mailing
    WHERE batch.id = %(batch)s AND batch.fence = %(fence)s AND batch.state = 'sending'
        AND mailing.id = batch.mailing_id AND mailing.state = 'open' AND NOT mailing.held
"""

_SKIP = """
    UPDATE delivery_delivery delivery
    SET state = 'skipped', reason = obstacle.reason, finished_at = %(now)s
    FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS obstacle (id, reason)
    WHERE delivery.id = obstacle.id AND delivery.id = ANY(%(ids)s)
        AND CASE WHEN delivery.state IN ('queued', 'deferred') THEN TRUE ELSE FALSE END
"""

_LEFT = """
    SELECT DISTINCT state FROM delivery_delivery
    WHERE batch_id = %(batch)s AND state IN ('queued', 'deferred')
"""
