"""What stops an edition for a while or for good, and what lets it go on."""

from datetime import datetime

from django.db import transaction

from publisher.delivery import actions as ledger
from publisher.delivery import queries as deliveries
from publisher.errors import Refused
from publisher.newsletters.editions import rows
from publisher.newsletters.models import Edition
from publisher.staff import trail
from publisher.staff.models import Member

State = Edition.State


@transaction.atomic
def pause(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let no more of an edition leave until it is resumed.

    One that the house paused until a relay answers then waits for a person as well.
    """
    rows.require(by, "schedule")
    edition = rows.locked(edition_id, (*Edition.PAUSABLE, State.PAUSED), "paused")
    mailing_id = rows.mailing_id(edition)
    if edition.state == State.PAUSED and deliveries.is_held(mailing_id):
        raise Refused(f"Edition {edition_id} is paused already.")
    rows.move(edition, State.PAUSED, problem="", leased_until=None)
    ledger.hold(mailing_id)
    trail.note(by, rows.subject(edition), "paused it", now=now)


@transaction.atomic
def resume(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let a paused edition go on, whatever the house had to say against it.

    One whose time has passed in the meantime starts at once.
    """
    rows.require(by, "schedule")
    edition = rows.locked(edition_id, Edition.RESUMABLE, "resumed")
    if edition.started_at:
        rows.move(edition, State.SENDING, problem="", seen_at=now)
    else:
        # Somebody has decided that it is news still: it is late from now on only.
        due_at = max(edition.due_at or now, now)
        rows.move(edition, State.SCHEDULED, problem="", due_at=due_at)
    ledger.release(rows.mailing_id(edition), now=now)
    trail.note(by, rows.subject(edition), "resumed it", now=now)


@transaction.atomic
def cancel(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let nothing more of an edition leave, ever."""
    rows.require(by, "schedule")
    edition = rows.locked(edition_id, Edition.CANCELLABLE, "cancelled")
    if edition.started_at:
        rows.move(edition, State.CANCELLED, problem="", finished_at=now)
        ledger.cancel(rows.mailing_id(edition), now=now)
    else:
        rows.drop_mailing(edition, State.CANCELLED, problem="")
    trail.note(by, rows.subject(edition), "cancelled it", now=now)
