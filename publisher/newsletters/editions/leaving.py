"""What the dispatcher does with editions: claims them, starts them, and says when they are sent."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from publisher.delivery import actions as ledger
from publisher.newsletters.editions import asking, rows
from publisher.newsletters.models import Edition
from publisher.staff import trail

State = Edition.State

# How long a claimed edition may lie on the queue before its id is handed out again.
_LEASE = timedelta(seconds=10)
_HANDED_OUT = 100


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
    """Address a due edition to its readers, or ask an editor where it is stale by now.

    Nothing happens where it is not due any more.
    """
    due = Edition.objects.select_for_update().filter(state=State.SCHEDULED, due_at__lte=now)
    edition = due.filter(pk=edition_id).first()
    if edition is None:
        return
    if asking.is_stale(edition.due_at, now):
        asking.ask(edition, asking.late(edition, now), now=now)
        return
    rows.move(edition, State.SENDING, started_at=now, seen_at=now, leased_until=None)
    ledger.address_readers(rows.mailing_id(edition), now=now)
    trail.note(None, rows.subject(edition), "began to send it", now=now)


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
