"""What the house decides by itself while an edition is under way, and when it asks an editor.

The ledger says on the mailing why it stopped, and whether a person is to decide (`held`); here the
edition follows, so that whoever looks at it reads the same. A pause of the house has a `problem`; a
person's has none and is left alone.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from publisher.delivery import actions as ledger
from publisher.delivery.models import Mailing
from publisher.newsletters import dates
from publisher.newsletters.editions import rows
from publisher.newsletters.models import Edition
from publisher.staff import trail

State = Edition.State
Step = Callable[[Edition, datetime], None]

# How often it is written down that an edition is on its way: seldom enough to cost nothing, often
# enough to tell hours of nothing apart.
_SEEN_EVERY = timedelta(minutes=1)


def follow_ledger(*, now: datetime) -> None:
    """Pause the editions that the ledger stopped, and let go on those that it goes on with.

    To be called before anything is handed out: what nobody has seen for hours is stale and waits.
    """
    seen = []
    # Most ticks end here, after one look into a small index.
    for edition in under_way():
        if _step(edition, now):
            _follow(edition.pk, now)
        elif edition.state == State.SENDING and _is_unseen_for(_SEEN_EVERY, edition, now):
            seen.append(edition.pk)
    if seen:
        Edition.objects.filter(pk__in=seen, state=State.SENDING).update(seen_at=now)


def under_way() -> QuerySet[Edition]:
    """Return what is being sent and what the house has paused, with mailing and newsletter."""
    paused_by_us = Q(state=State.PAUSED) & ~Q(problem="")
    found = Edition.objects.filter(Q(state=State.SENDING) | paused_by_us)
    return found.select_related("mailing", "newsletter").defer("mailing__frozen")


def is_stale(at: datetime | None, now: datetime) -> bool:
    """Return whether what was to happen at a moment is too late to happen without a question."""
    return at is not None and now - at > settings.ASK_WHEN_LATE


def ask(edition: Edition, problem: str, *, now: datetime) -> None:
    """Let nothing more leave of an edition, whose row is locked, until an editor decides."""
    ledger.stop(rows.mailing_id(edition), problem)
    rows.move(edition, State.PAUSED, problem=problem, leased_until=None)
    trail.note(None, rows.subject(edition), f"asked what to do: {problem}", now=now)


def late(edition: Edition, now: datetime) -> str:
    """Return the question about an edition that did not start in time."""
    due_at = edition.due_at or now
    return (
        f"It was due on {dates.weekday(due_at, edition.newsletter.time_zone)}, "
        f"{dates.hours(now - due_at)} ago, and nothing was running; "
        "resume to send it now, or cancel it."
    )


@transaction.atomic
def _follow(edition_id: int, now: datetime) -> None:
    """Take the step that an edition is due for, unless somebody was faster."""
    locked = under_way().select_for_update(of=("self",), skip_locked=True)
    edition = locked.filter(pk=edition_id).first()
    if edition and (step := _step(edition, now)):
        step(edition, now)


def _step(edition: Edition, now: datetime) -> Step | None:
    mailing = _mailing(edition)
    is_silent = _is_unseen_for(settings.ASK_WHEN_LATE, edition, now)
    if edition.state == State.SENDING:
        if mailing.problem:
            return _pause
        return _ask_about_the_rest if is_silent else None
    if not mailing.held:
        if not mailing.problem:
            return _go_on
        if is_silent:
            return _ask_about_the_rest
    return _retell if mailing.problem not in ("", edition.problem) else None


def _pause(edition: Edition, now: datetime) -> None:
    problem = _mailing(edition).problem
    rows.move(edition, State.PAUSED, problem=problem)
    trail.note(None, rows.subject(edition), f"paused it: {problem}", now=now)


def _retell(edition: Edition, now: datetime) -> None:
    # Not in the trail: a relay that is down finds other words every few minutes.
    del now
    rows.move(edition, State.PAUSED, problem=_mailing(edition).problem)


def _go_on(edition: Edition, now: datetime) -> None:
    rows.move(edition, State.SENDING, problem="", seen_at=now)
    trail.note(None, rows.subject(edition), "went on sending it", now=now)


def _ask_about_the_rest(edition: Edition, now: datetime) -> None:
    seen_at = edition.seen_at or now
    problem = (
        f"It stopped half-way on {dates.weekday(seen_at, edition.newsletter.time_zone)}, "
        f"{dates.hours(now - seen_at)} ago: {_mailing(edition).problem or 'nothing was running.'} "
        "Resume to send the rest now, or cancel it."
    )
    ask(edition, problem, now=now)


def _is_unseen_for(span: timedelta, edition: Edition, now: datetime) -> bool:
    # What was under way before this was written down has been seen now.
    return now - (edition.seen_at or edition.started_at or now) > span


def _mailing(edition: Edition) -> Mailing:
    if edition.mailing is None:
        raise AssertionError(f"edition {edition.pk} is {edition.state} and has no mailing")
    return edition.mailing
