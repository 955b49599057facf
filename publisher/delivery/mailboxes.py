"""Mailboxes that mail comes back to: kept with their credentials sealed, and emptied when due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.db.models import Q

from publisher import secrecy, wiring
from publisher.channels import Permanent, Temporary
from publisher.channels import mailboxes as channel
from publisher.delivery import reports, returned
from publisher.delivery.models import Mailbox
from publisher.delivery.reports import Finding
from publisher.errors import Refused

_EVERY = timedelta(minutes=1)
# A server that is down is asked again soon; one that refuses us wants somebody to look first, and
# some lock an account that keeps trying.
_AFTER_FAILURE = timedelta(minutes=5)
_AFTER_REFUSAL = timedelta(hours=1)
# A claim outlives the slowest reading of as many mails as are read at once.
_LEASE = timedelta(minutes=10)
_AT_ONCE = 500
_HANDED_OUT = 20
_NAME_CHARACTERS = 50


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A mailbox; `where` is its address without the password, `problem` "" where it can be read."""

    id: int
    name: str
    where: str
    due_at: datetime
    problem: str


def add(name: str, url: str, *, now: datetime) -> int:
    """Keep a mailbox and read it from now on; return its id.

    Raises Refused for a URL that is none (publisher/channels/mailboxes/url.py), and for a name that
    is taken or cannot be one.
    """
    channel.parse(url)
    sealed = secrecy.seal({"url": url})
    box = Mailbox(name=_checked(name), credentials=sealed, due_at=now, created_at=now)
    try:
        with transaction.atomic():
            box.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"There is a mailbox '{name}' already; choose another name.") from error
    return box.pk


def remove(name: str) -> None:
    """Forget a mailbox; the mail in it stays. Raises Refused where there is none of that name."""
    _row(name).delete()


def check(name: str, *, now: datetime) -> None:
    """Log in to a mailbox, and have it read soon again.

    Raises Refused where there is none of that name, and Temporary or Permanent where it cannot be
    opened.
    """
    row = _row(name)
    with wiring.mailbox(_secrets(row)):
        Mailbox.objects.filter(pk=row.pk).update(due_at=now, problem="")


def mailboxes() -> list[MailboxLine]:
    """Return all mailboxes by name."""
    return [_line(row) for row in Mailbox.objects.order_by("name")]


def claim_due(*, now: datetime) -> list[int]:
    """Take the mailboxes that are due, the longest waiting first, and return their ids."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    with transaction.atomic():
        due = Mailbox.objects.select_for_update(skip_locked=True).filter(free, due_at__lte=now)
        ids = list(due.order_by("due_at").values_list("pk", flat=True)[:_HANDED_OUT])
        Mailbox.objects.filter(pk__in=ids).update(leased_until=now + _LEASE)
    return ids


def poll(mailbox_id: int, *, now: datetime) -> int:
    """Take what came back to a mailbox and return how many reports were in it.

    What goes wrong is a sentence on its row, and it is asked again later.
    """
    row = Mailbox.objects.filter(pk=mailbox_id).first()
    if row is None:
        return 0
    try:
        findings, is_empty = _emptied(row, now)
    except Temporary as error:
        _note(row, error.reason, now + _AFTER_FAILURE)
    except Permanent as error:
        _note(row, error.reason, now + _AFTER_REFUSAL)
    except Refused as refusal:
        _note(row, str(refusal), now + _AFTER_REFUSAL)
    else:
        _note(row, "", now + _EVERY if is_empty else now)
        return len(findings)
    return 0


def _emptied(row: Mailbox, now: datetime) -> tuple[Sequence[Finding], bool]:
    """Take the mails of a mailbox; return what they told, and whether none was left for later."""
    ours: list[str] = []
    others: list[str] = []
    findings: list[Finding] = []
    with wiring.mailbox(_secrets(row)) as box:
        for letter in box.letters(_AT_ONCE):
            reading = returned.read(letter.raw, ())
            findings += reading.findings
            (ours if reading.is_ours else others).append(letter.key)
        # Committed before the mails go: a crash in between repeats them, and repeats are known.
        reports.take(findings, now=now)
        box.take_away(ours)
        box.leave(others)
    return findings, len(ours) + len(others) < _AT_ONCE


def _note(row: Mailbox, problem: str, due_at: datetime) -> None:
    # Whoever has read it since, after our lease had ended, knows better.
    Mailbox.objects.filter(pk=row.pk, due_at=row.due_at).update(
        problem=problem, due_at=due_at, leased_until=None
    )


def _row(name: str) -> Mailbox:
    found = Mailbox.objects.filter(name=name).first()
    if found is None:
        raise Refused(f"There is no mailbox {name[:80]!r}.")
    return found


def _secrets(row: Mailbox) -> dict[str, str]:
    return secrecy.unseal(bytes(row.credentials))


def _checked(name: str) -> str:
    try:
        validate_slug(name)
    except ValidationError:
        name = ""
    if not 0 < len(name) <= _NAME_CHARACTERS:
        raise Refused(
            "A mailbox's name has only letters, digits, hyphens and underscores,"
            f" {_NAME_CHARACTERS} at most; choose another one."
        )
    return name


def _line(row: Mailbox) -> MailboxLine:
    try:
        where = str(channel.parse(_secrets(row)["url"]))
        problem = row.problem
    except Refused as refusal:
        where, problem = "", str(refusal)
    return MailboxLine(row.pk, row.name, where, row.due_at, problem)
