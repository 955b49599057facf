"""Everything that happens to an edition, from its first draft to its last reader.

Every verb locks the edition's row first, so that of two people, or a person and the dispatcher,
one comes second and is told the state that the first has left. Locks are taken in one order, the
edition before its mailing, so that no two can wait for each other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from publisher.articles import actions as articles
from publisher.audience import actions as audience
from publisher.audience import addresses
from publisher.delivery import actions as ledger
from publisher.delivery import queries as deliveries
from publisher.delivery.models import Mailing
from publisher.errors import Refused
from publisher.newsletters import composing, dates, queries, readiness
from publisher.newsletters.models import Edition, Newsletter
from publisher.newsletters.plans import Plan as Plan
from publisher.newsletters.plans import lay_out
from publisher.staff import trail
from publisher.staff.models import Member

State = Edition.State

# How long a claimed edition may lie on the queue before its id is handed out again.
_LEASE = timedelta(seconds=10)
_HANDED_OUT = 100
_SAID: dict[str, str] = {
    State.DRAFT: "is a draft",
    State.IN_REVIEW: "is in review",
    State.APPROVED: "is approved already",
    State.SCHEDULED: "is scheduled already",
    State.SENDING: "is being sent already",
    State.PAUSED: "is paused",
    State.SENT: "is sent already",
    State.CANCELLED: "is cancelled already",
}


@transaction.atomic
def create(
    newsletter_id: int,
    plan: Plan,
    *,
    by: Member | None,
    now: datetime,
    due_at: datetime | None = None,
) -> int:
    """Begin an edition and return its id; raises Refused, and then nothing was made.

    With `due_at` it is scheduled at once, or is in review where its newsletter needs approval.
    """
    newsletter = Newsletter.objects.get(pk=newsletter_id)
    edition = Edition.objects.create(newsletter=newsletter, created_at=now, due_at=due_at)
    lay_out(edition, plan)
    trail.note(by, _subject(edition), "created it", now=now)
    if due_at is None:
        composing.frozen(edition)
    elif newsletter.needs_approval:
        readiness.check(edition, due_at, now=now)
        composing.frozen(edition)
        _submit(edition, by, now)
    else:
        _schedule(edition, due_at, by, now)
    return edition.pk


@transaction.atomic
def change(edition_id: int, plan: Plan, *, by: Member | None, now: datetime) -> None:
    """Give an edition other articles or words; what was approved must be approved again."""
    edition = _locked(edition_id, Edition.CHANGEABLE, "changed")
    was = edition.state
    if was == State.SCHEDULED:
        _require(by, "schedule")
    lay_out(edition, plan)
    trail.note(by, _subject(edition), "changed it", now=now)
    if was == State.SCHEDULED and edition.due_at and not edition.newsletter.needs_approval:
        _schedule(edition, edition.due_at, by, now)
        return
    composing.frozen(edition)
    if was in (State.APPROVED, State.SCHEDULED):
        _drop_mailing(edition, State.IN_REVIEW)
        trail.note(by, _subject(edition), "put it back in review", now=now)


@transaction.atomic
def submit(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Ask for an edition to be approved."""
    _submit(_locked(edition_id, Edition.SUBMITTABLE, "submitted"), by, now)


@transaction.atomic
def approve(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Approve an edition, and schedule it at once where the time it is wanted is still ahead."""
    _require(by, "approve")
    edition = _locked(edition_id, Edition.APPROVABLE, "approved")
    _move(edition, State.APPROVED)
    trail.note(by, _subject(edition), "approved it", now=now)
    if edition.due_at and edition.due_at >= now:
        _schedule(edition, edition.due_at, by, now)


@transaction.atomic
def schedule(edition_id: int, due_at: datetime, *, by: Member | None, now: datetime) -> None:
    """Render an edition and let it go out at `due_at`; again, to choose another time."""
    edition = _locked(edition_id, Edition.SCHEDULABLE, "scheduled")
    if edition.newsletter.needs_approval and edition.state == State.DRAFT:
        raise Refused(
            f"Edition {edition_id} is a draft, and {edition.newsletter.name!r} needs approval; "
            "have it approved before it is scheduled."
        )
    _schedule(edition, due_at, by, now)


@transaction.atomic
def pause(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let no more of an edition leave until it is resumed."""
    _require(by, "schedule")
    edition = _locked(edition_id, Edition.PAUSABLE, "paused")
    _move(edition, State.PAUSED, leased_until=None)
    ledger.hold(_mailing_id(edition))
    trail.note(by, _subject(edition), "paused it", now=now)


@transaction.atomic
def resume(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let a paused edition go on; one whose time has passed in the meantime starts at once."""
    _require(by, "schedule")
    edition = _locked(edition_id, Edition.RESUMABLE, "resumed")
    _move(edition, State.SENDING if edition.started_at else State.SCHEDULED)
    ledger.release(_mailing_id(edition), now=now)
    trail.note(by, _subject(edition), "resumed it", now=now)


@transaction.atomic
def cancel(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let nothing more of an edition leave, ever."""
    _require(by, "schedule")
    edition = _locked(edition_id, Edition.CANCELLABLE, "cancelled")
    if edition.started_at:
        _move(edition, State.CANCELLED, finished_at=now)
        ledger.cancel(_mailing_id(edition), now=now)
    else:
        _drop_mailing(edition, State.CANCELLED)
    trail.note(by, _subject(edition), "cancelled it", now=now)


@transaction.atomic
def test(edition_id: int, email: str, *, by: Member | None, now: datetime) -> None:
    """Mail an edition, as it would go out now, to one address that need not be a reader's."""
    address = addresses.normalise(email)
    if audience.is_suppressed(address):
        raise Refused(f"{address} is suppressed, so nothing may be sent to it; use another one.")
    edition = queries.row(edition_id)
    addressing = _addressing(edition.newsletter, Mailing.Lane.URGENT)
    mailing_id = ledger.prepare(as_sent(edition), addressing, now=now)
    ledger.address_one(mailing_id, now=now, address=address)
    trail.note(by, _subject(edition), f"sent a test to {address}", now=now)


def as_sent(edition: Edition) -> bytes:
    """Return the edition's frozen mail: the one that leaves, where it is frozen already."""
    if edition.mailing_id is None:
        return composing.frozen(edition)
    return bytes(deliveries.mailing(edition.mailing_id).frozen)


def claim_due(*, now: datetime) -> list[int]:
    """Take the editions whose time has come, oldest first, and return their ids."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    with transaction.atomic():
        due = Edition.objects.select_for_update(skip_locked=True).filter(
            free, state=State.SCHEDULED, due_at__lte=now
        )
        ids = list(due.order_by("due_at").values_list("pk", flat=True)[:_HANDED_OUT])
        Edition.objects.filter(pk__in=ids).update(leased_until=now + _LEASE)
    return ids


@transaction.atomic
def start(edition_id: int, *, now: datetime) -> None:
    """Address a due edition to its readers; nothing happens where it is not due any more."""
    due = Edition.objects.select_for_update().filter(state=State.SCHEDULED, due_at__lte=now)
    edition = due.filter(pk=edition_id).first()
    if edition is None:
        return
    _move(edition, State.SENDING, started_at=now, leased_until=None)
    ledger.address_readers(_mailing_id(edition), now=now)
    trail.note(None, _subject(edition), "began to send it", now=now)


def close_finished(*, now: datetime) -> None:
    """Note which editions have reached all of their readers."""
    sending = Edition.objects.filter(state=State.SENDING)
    # Most ticks end here, after one look into a small index.
    if not sending.exists():
        return
    with transaction.atomic():
        locked = sending.select_for_update(skip_locked=True)
        of_mailing = dict(locked.values_list("mailing_id", "pk"))
        for mailing_id in ledger.close_finished(list(of_mailing)):
            edition_id = of_mailing[mailing_id]
            sending.filter(pk=edition_id).update(state=State.SENT, finished_at=now)
            trail.note(None, f"edition {edition_id}", "finished sending it", now=now)


def _submit(edition: Edition, by: Member | None, now: datetime) -> None:
    _move(edition, State.IN_REVIEW)
    trail.note(by, _subject(edition), "submitted it for approval", now=now)


def _schedule(edition: Edition, due_at: datetime, by: Member | None, now: datetime) -> None:
    """Freeze an edition now, so that whatever is wrong with it is found now."""
    _require(by, "schedule")
    _publish_along(edition, due_at, now)
    readiness.check(edition, due_at, now=now)
    edition.due_at = due_at
    newsletter = edition.newsletter
    addressing = _addressing(newsletter, Mailing.Lane.BULK, newsletter.pk)
    mailing_id = ledger.prepare(composing.frozen(edition), addressing, now=now)
    replaced = edition.mailing_id
    _move(edition, State.SCHEDULED, due_at=due_at, mailing_id=mailing_id, leased_until=None)
    if replaced is not None:
        ledger.discard(replaced)
    when = dates.moment(due_at, newsletter.time_zone)
    trail.note(by, _subject(edition), f"scheduled it for {when}", now=now)


def _publish_along(edition: Edition, due_at: datetime, now: datetime) -> None:
    """Publish at `due_at` what nobody has published, or what was to appear with this edition."""
    unpublished = Q(published_at=None)
    along = Q(published_at=edition.due_at, published_at__gt=now)
    for article in edition.articles.filter(unpublished | along):
        articles.publish(article.slug, due_at, now=now)


def _addressing(
    newsletter: Newsletter, lane: str, readers_of: int | None = None
) -> ledger.Addressing:
    return ledger.Addressing(
        lane=lane,
        sender=newsletter.sender_address,
        domain=composing.message_domain(newsletter),
        nameless=newsletter.nameless,
        newsletter_id=readers_of,
        wants="active" if readers_of else "",
    )


def _drop_mailing(edition: Edition, to: str) -> None:
    """Move an edition that has not started, and forget what was frozen of it."""
    dropped = edition.mailing_id
    _move(edition, to, mailing_id=None, leased_until=None)
    if dropped is not None:
        ledger.discard(dropped)


def _locked(edition_id: int, allowed: Sequence[str], verb: str) -> Edition:
    """Return the edition, locked until the transaction ends; raises Refused in another state."""
    locked = Edition.objects.select_for_update(of=("self",)).select_related("newsletter")
    edition = locked.filter(pk=edition_id).first()
    if edition is None:
        raise Refused(f"There is no edition {edition_id}.")
    if edition.state not in allowed:
        raise Refused(f"Edition {edition_id} {_SAID[edition.state]}, so it cannot be {verb}.")
    return edition


def _move(edition: Edition, to: str, **fields: object) -> None:
    """Change the state of an edition whose row is locked."""
    Edition.objects.filter(pk=edition.pk, state=edition.state).update(state=to, **fields)
    edition.state = to
    for name, value in fields.items():
        setattr(edition, name, value)


def _require(by: Member | None, verb: str) -> None:
    """Raise Refused where a member's role does not allow it; the command line may do everything."""
    if by is not None and not (by.may_approve if verb == "approve" else by.may_schedule):
        raise Refused(f"{by.email} is an {by.role} and may not {verb} editions.")


def _mailing_id(edition: Edition) -> int:
    if edition.mailing_id is None:
        raise AssertionError(f"edition {edition.pk} is {edition.state} and has no mailing")
    return edition.mailing_id


def _subject(edition: Edition) -> str:
    return f"edition {edition.pk}"
