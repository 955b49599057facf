"""The one door for mail that comes back: what it is about, and what it says, kept as reports.

Which delivery it is about is decided by a token of ours alone: in the address that it was sent to
(publisher/delivery/verp.py) or, where there is none, in the Message-ID that it quotes. Whatever
else a mail claims may be forged.
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser

from django.conf import settings

from publisher import links
from publisher.audience import addresses
from publisher.delivery import bounces, reports, verp
from publisher.delivery.models import Delivery, Report
from publisher.delivery.reports import Finding
from publisher.errors import Refused

log = logging.getLogger(__name__)

# A report quotes a mail of ours, which is far smaller; what is behind this is not read.
MOST_OCTETS = 10_000_000
# No mail server writes more above a report, and no address that matters stands further below.
_HEAD_OCTETS = 200_000
_MOST_ADDRESSES = 200
# Where mail servers write the address that a mail was really for, the surest first.
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"']{1,255}")
# RFC 6430: a reader took a mail out of their spam. RFC 6591, RFC 5965 section 7.3: a machine found
# something wrong with our signature, or a virus. Nobody complained.
_NO_COMPLAINTS = ("not-spam", "auth-failure", "virus")
# So many mails that nobody understood are enough to learn from, and fill no disk.
_MOST_ASIDE = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail told; `is_ours` is False for one that has nothing to do with mail of ours."""

    findings: tuple[Finding, ...]
    is_ours: bool


def take(raw: bytes, recipients: Iterable[str], *, now: datetime) -> int:
    """Take a mail that came back to `recipients` (of its envelope, [] where unknown).

    Return how many reports were in it: 0 for one that is forged, not understood or not about us.
    """
    found = read(raw, recipients).findings
    reports.take(found, now=now)
    return len(found)


def read(raw: bytes, recipients: Iterable[str]) -> Reading:
    """Return what a mail says of deliveries of ours, without keeping it.

    Nothing is raised for a mail that is broken or hostile: it is set aside.
    """
    raw = raw[:MOST_OCTETS]
    delivery_id = _sent_to(recipients) or _sent_to(_addresses_above(raw))
    items = _parsed(raw)
    found = tuple(_findings(raw, items or [], delivery_id))
    if items is None or (delivery_id and not items):
        _set_aside(raw)
    return Reading(found, is_ours=items is None or delivery_id is not None or bool(found))


def set_aside() -> int:
    """Return how many mails lie aside on this host because nobody understood them."""
    folder = settings.PLACES.returned
    return sum(1 for _ in folder.glob("*.eml")) if folder.exists() else 0


def _parsed(raw: bytes) -> list[bounces.Report] | None:
    """Return what a mail reports, None where it cannot be read at all."""
    try:
        return bounces.parse(raw)
    except Exception:  # one mail of a stranger must not keep all the others from being read
        log.exception("a returned mail could not be read")
        return None


def _sent_to(candidates: Iterable[str]) -> int | None:
    return next(filter(None, map(verp.delivery_of, candidates)), None)


def _addresses_above(raw: bytes) -> Iterator[str]:
    """Yield the addresses that the head of a mail says it was sent to."""
    head = re.split(rb"\r?\n\r?\n", raw[:_HEAD_OCTETS], maxsplit=1)[0]
    fields = BytesHeaderParser().parsebytes(head)
    values = (str(value) for name in _ADDRESSED for value in fields.get_all(name, []))
    for number, found in enumerate(_ADDRESS.finditer(" ".join(values))):
        if number == _MOST_ADDRESSES:
            return
        yield found[0]


def _findings(
    raw: bytes, items: Sequence[bounces.Report], delivery_id: int | None
) -> Iterator[Finding]:
    about: dict[int, list[bounces.Report]] = {}
    for item in items:
        of = delivery_id or links.delivery(item["message_id"])
        if of and item["feedback_type"] not in _NO_COMPLAINTS:
            about.setdefault(of, []).append(item)
    for of, told in about.items():
        address = _address(of)
        yield from (_finding(raw, item, of, address) for item in _own(told, address))


def _own(items: list[bounces.Report], address: str) -> list[bounces.Report]:
    """Return the items about this address; where none names it, the only one there is.

    A mail server may name the mailbox behind an alias, but among several nobody knows which.
    """
    named = [item for item in items if _normal(item["recipient"]) == address]
    return named or (items if len(items) == 1 else [])


def _finding(raw: bytes, item: bounces.Report, delivery_id: int, address: str) -> Finding:
    recipient = _normal(item["recipient"])
    mark = hashlib.sha256(raw + recipient.encode())
    return Finding(
        delivery_id=delivery_id,
        kind=item["kind"],
        group=item["group"],
        # Where a reader has their mail forwarded, a dead mailbox elsewhere is not their own.
        hard=item["hard"] and _domain(recipient) in ("", _domain(address)),
        # A server that gave up on a mail that might have got through is as final.
        permanent=bool(item["permanent"]) or item["action"] == "failed",
        reason=item["reason"],
        source=Report.Source.MAIL,
        fingerprint=mark.hexdigest(),
    )


def _address(delivery_id: int) -> str:
    """Return the address that a delivery went to, "" where its reader is erased or it is not."""
    found = Delivery.objects.filter(pk=delivery_id).values_list("subscriber__email", "address")
    email, address = found.first() or (None, "")
    return email or address


def _normal(recipient: str | None) -> str:
    try:
        return addresses.normalise(recipient or "")
    except Refused:
        return ""


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _set_aside(raw: bytes) -> None:
    folder = settings.PLACES.returned
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if set_aside() >= _MOST_ASIDE:
        log.warning("%d returned mails lie aside in %s; no more are kept", _MOST_ASIDE, folder)
        return
    path = folder / f"{hashlib.sha256(raw).hexdigest()[:16]}.eml"
    path.touch(0o600)
    path.write_bytes(raw)
