"""What stops an edition for a while or for good, and what lets it go on."""

from datetime import datetime

from django.db import transaction

from publisher.delivery import actions as ledger
from publisher.newsletters.editions import rows
from publisher.newsletters.models import Edition
from publisher.staff import trail
from publisher.staff.models import Member

State = Edition.State


@transaction.atomic
def pause(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let no more of an edition leave until it is resumed."""
    rows.require(by, "schedule")
    edition = rows.locked(edition_id, Edition.PAUSABLE, "paused")
    rows.move(edition, State.PAUSED, leased_until=None)
    ledger.hold(rows.mailing_id(edition))
    trail.note(by, rows.subject(edition), "paused it", now=now)


@transaction.atomic
def resume(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let a paused edition go on; one whose time has passed in the meantime starts at once."""
    rows.require(by, "schedule")
    edition = rows.locked(edition_id, Edition.RESUMABLE, "resumed")
    rows.move(edition, State.SENDING if edition.started_at else State.SCHEDULED)
    ledger.release(rows.mailing_id(edition), now=now)
    trail.note(by, rows.subject(edition), "resumed it", now=now)


@transaction.atomic
def cancel(edition_id: int, *, by: Member | None, now: datetime) -> None:
    """Let nothing more of an edition leave, ever."""
    rows.require(by, "schedule")
    edition = rows.locked(edition_id, Edition.CANCELLABLE, "cancelled")
    if edition.started_at:
        rows.move(edition, State.CANCELLED, finished_at=now)
        ledger.cancel(rows.mailing_id(edition), now=now)
    else:
        rows.drop_mailing(edition, State.CANCELLED)
    trail.note(by, rows.subject(edition), "cancelled it", now=now)
