"""An edition's row: locked, looked at and moved from state to state."""

from collections.abc import Sequence

from publisher.delivery import actions as ledger
from publisher.errors import Refused
from publisher.newsletters.models import Edition
from publisher.staff.models import Member

State = Edition.State

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


def locked(edition_id: int, allowed: Sequence[str], verb: str) -> Edition:
    """Return the edition, locked until the transaction ends; raises Refused in another state."""
    found = Edition.objects.select_for_update(of=("self",)).select_related("newsletter")
    edition = found.filter(pk=edition_id).first()
    if edition is None:
        raise Refused(f"There is no edition {edition_id}.")
    if edition.state not in allowed:
        raise Refused(f"Edition {edition_id} {_SAID[edition.state]}, so it cannot be {verb}.")
    return edition


def move(edition: Edition, to: str, **fields: object) -> None:
    """Change the state of an edition whose row is locked."""
    Edition.objects.filter(pk=edition.pk, state=edition.state).update(state=to, **fields)
    edition.state = to
    for name, value in fields.items():
        setattr(edition, name, value)


def drop_mailing(edition: Edition, to: str, **fields: object) -> None:
    """Move an edition that has not started, and forget what was frozen of it."""
    dropped = edition.mailing_id
    move(edition, to, mailing_id=None, leased_until=None, **fields)
    if dropped is not None:
        ledger.discard(dropped)


def require(by: Member | None, verb: str) -> None:
    """Raise Refused where a member's role does not allow it; the command line may do everything."""
    if by is not None and not (by.may_approve if verb == "approve" else by.may_schedule):
        raise Refused(f"{by.email} is an {by.role} and may not {verb} editions.")


def mailing_id(edition: Edition) -> int:
    """Return the mailing of an edition that is frozen."""
    if edition.mailing_id is None:
        raise AssertionError(f"edition {edition.pk} is {edition.state} and has no mailing")
    return edition.mailing_id


def subject(edition: Edition) -> str:
    """Return what the trail calls an edition."""
    return f"edition {edition.pk}"
