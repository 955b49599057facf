"""An edition until it leaves: made, changed, approved, scheduled, tried on somebody."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from publisher.articles import actions as articles
from publisher.audience import actions as audience
from publisher.audience import addresses
from publisher.delivery import actions as ledger
from publisher.delivery import queries as deliveries
from publisher.delivery.models import Mailing
from publisher.errors import Refused
from publisher.newsletters import composing, dates, queries, readiness, weighing
from publisher.newsletters.editions import rows
from publisher.newsletters.models import Edition, Newsletter
from publisher.newsletters.plans import AS_IT_WAS, Manner, Plan, choose_manner, lay_out
from publisher.staff import trail
from publisher.staff.models import Member

State = Edition.State


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
    _require_for_manner(by, plan.manner)
    newsletter = Newsletter.objects.get(pk=newsletter_id)
    edition = Edition.objects.create(newsletter=newsletter, created_at=now, due_at=due_at)
    lay_out(edition, plan)
    trail.note(by, rows.subject(edition), "created it", now=now)
    if due_at is None:
        _freeze(edition)
    elif newsletter.needs_approval:
        readiness.check(edition, due_at, now=now)
        _freeze(edition)
        weighing.check(edition)
        _submit(edition, by, now)
    else:
        _schedule(edition, due_at, by, now)
    return edition.pk


@transaction.atomic
def change(edition_id: int, plan: Plan, *, by: Member | None, now: datetime) -> None:
    """Give an edition other articles or words; what was approved must be approved again."""
    _require_for_manner(by, plan.manner)
    edition = rows.locked(edition_id, Edition.CHANGEABLE, "changed")
    was = edition.state
    if was == State.SCHEDULED:
        rows.require(by, "schedule")
    lay_out(edition, plan)
    trail.note(by, rows.subject(edition), "changed it", now=now)
    if was == State.SCHEDULED and edition.due_at and not edition.newsletter.needs_approval:
        _schedule(edition, edition.due_at, by, now)
        return
    _freeze(edition)
    if was in (State.APPROVED, State.SCHEDULED):
        rows.drop_mailing(edition, State.IN_REVIEW)
        trail.note(by, rows.subject(edition), "put it back in review", now=now)


@transaction.atomic
def submit(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Ask for an edition to be approved."""
    _submit(rows.locked(edition_id, Edition.SUBMITTABLE, "submitted"), by, now)


@transaction.atomic
def approve(
    edition_id: int, *, by: Member | None, now: datetime, manner: Manner = AS_IT_WAS
) -> None:
    """Approve an edition, and schedule it at once where the time it is wanted is still ahead."""
    rows.require(by, "approve")
    edition = rows.locked(edition_id, Edition.APPROVABLE, "approved")
    choose_manner(edition, manner)
    rows.move(edition, State.APPROVED)
    trail.note(by, rows.subject(edition), "approved it", now=now)
    if edition.due_at and edition.due_at >= now:
        _schedule(edition, edition.due_at, by, now)


@transaction.atomic
def schedule(
    edition_id: int,
    due_at: datetime,
    *,
    by: Member | None,
    now: datetime,
    manner: Manner = AS_IT_WAS,
) -> None:
    """Render an edition and let it go out at `due_at`; again, to choose another time or manner.

    Raises weighing.Clipped where Gmail would cut it off and nobody has accepted that.
    """
    edition = rows.locked(edition_id, Edition.SCHEDULABLE, "scheduled")
    if edition.newsletter.needs_approval and edition.state == State.DRAFT:
        raise Refused(
            f"Edition {edition_id} is a draft, and {edition.newsletter.name!r} needs approval; "
            "have it approved before it is scheduled."
        )
    choose_manner(edition, manner)
    _schedule(edition, due_at, by, now)


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
    trail.note(by, rows.subject(edition), f"sent a test to {address}", now=now)


def as_sent(edition: Edition) -> bytes:
    """Return the edition's frozen mail: the one that leaves, where it is frozen already."""
    if edition.mailing_id is None:
        return composing.frozen(edition)
    return bytes(deliveries.mailing(edition.mailing_id).frozen)


def _require_for_manner(by: Member | None, manner: Manner) -> None:
    """Raise Refused where somebody who may not schedule says how an edition is to leave."""
    if manner != AS_IT_WAS:
        rows.require(by, "schedule")


def _submit(edition: Edition, by: Member | None, now: datetime) -> None:
    rows.move(edition, State.IN_REVIEW)
    trail.note(by, rows.subject(edition), "submitted it for approval", now=now)


def _schedule(edition: Edition, due_at: datetime, by: Member | None, now: datetime) -> None:
    """Freeze an edition now, so that whatever is wrong with it is found now."""
    rows.require(by, "schedule")
    _publish_along(edition, due_at, now)
    readiness.check(edition, due_at, now=now)
    edition.due_at = due_at
    frozen = _freeze(edition)
    weighing.check(edition)
    mailing_id = ledger.prepare(frozen, _to_readers(edition), now=now)
    replaced = edition.mailing_id
    rows.move(edition, State.SCHEDULED, due_at=due_at, mailing_id=mailing_id, leased_until=None)
    if replaced is not None:
        ledger.discard(replaced)
    trail.note(by, rows.subject(edition), f"scheduled it for {_when(edition, due_at)}", now=now)


def _freeze(edition: Edition) -> bytes:
    """Render an edition, and write down how large it is."""
    frozen = composing.frozen(edition)
    edition.html_octets = weighing.html_octets(edition, frozen)
    edition.save(update_fields=["html_octets"])
    return frozen


def _when(edition: Edition, due_at: datetime) -> str:
    said = [dates.moment(due_at, edition.newsletter.time_zone)]
    if edition.breaking:
        said.append("as breaking news")
    if edition.spread:
        said.append(f"spread over {dates.span(edition.spread)}")
    if edition.html_octets >= weighing.CLIPPED_FROM:
        said.append("and accepted that Gmail cuts it off")
    return ", ".join(said)


def _publish_along(edition: Edition, due_at: datetime, now: datetime) -> None:
    """Publish at `due_at` what nobody has published, or what was to appear with this edition."""
    unpublished = Q(published_at=None)
    along = Q(published_at=edition.due_at, published_at__gt=now)
    for article in edition.articles.filter(unpublished | along):
        articles.publish(article.slug, due_at, now=now)


def _to_readers(edition: Edition) -> ledger.Addressing:
    newsletter = edition.newsletter
    lane = Mailing.Lane.BREAKING if edition.breaking else Mailing.Lane.BULK
    return replace(_addressing(newsletter, lane, newsletter.pk), spread=edition.spread)


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
        route=newsletter.route,
    )
