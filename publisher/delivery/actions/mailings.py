"""What happens to a mailing as a whole."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from publisher import notices
from publisher.delivery.models import Batch, Delivery, Mailing


@dataclass(frozen=True, slots=True)
class Addressing:
    """How a mailing leaves, and to whom it may go; see the fields of `Mailing`."""

    lane: str
    sender: str
    domain: str
    nameless: str = ""
    newsletter_id: int | None = None
    wants: str = ""
    route: str = "default"
    spread: timedelta | None = None


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
def hold(mailing_id: int) -> None:
    """Let nothing more of a mailing leave, but forget nothing of it: a person wants it so."""
    if Mailing.objects.filter(pk=mailing_id).update(held=True, problem=""):
        notices.give("held", mailing_id)


@transaction.atomic
def stop(mailing_id: int, problem: str) -> None:
    """Hold a mailing because of a problem that a person has to look at first."""
    going = Mailing.objects.filter(pk=mailing_id, held=False).exclude(state=Mailing.State.CLOSED)
    if going.update(held=True, problem=problem):
        notices.give("held", mailing_id)


@transaction.atomic
def release(mailing_id: int, *, now: datetime) -> None:
    """Let a held mailing go on where it stopped, and try at once what waits for a relay."""
    Mailing.objects.filter(pk=mailing_id).update(held=False, problem="")
    waiting = Batch.objects.filter(mailing_id=mailing_id, state=Batch.State.QUEUED)
    waiting.exclude(problem="").update(due_at=now, attempts=0, problem="")


@transaction.atomic
def cancel(mailing_id: int, *, now: datetime) -> None:
    """Let nothing more of a mailing leave, ever; whoever has not got it is skipped."""
    # Batches before deliveries, as in `finish`: two that lock in one order cannot deadlock.
    Batch.objects.filter(mailing_id=mailing_id).exclude(state=Batch.State.DONE).update(
        state=Batch.State.DONE, leased_until=None
    )
    Mailing.objects.filter(pk=mailing_id).update(state=Mailing.State.CLOSED)
    Delivery.objects.filter(mailing_id=mailing_id, state__in=Delivery.OPEN).update(
        state=Delivery.State.SKIPPED, reason="The edition was cancelled.", finished_at=now
    )
    notices.give("held", mailing_id)


def close_finished(mailing_ids: Sequence[int]) -> list[int]:
    """Close those of the open mailings that have reached all of their readers; return their ids."""
    open_batches = Batch.objects.exclude(state=Batch.State.DONE).values("mailing")
    finished = Mailing.objects.filter(
        pk__in=mailing_ids, state=Mailing.State.OPEN, addressed_at__isnull=False
    )
    closed = list(finished.exclude(pk__in=open_batches).values_list("pk", flat=True))
    Mailing.objects.filter(pk__in=closed).update(state=Mailing.State.CLOSED)
    return closed
