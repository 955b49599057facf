"""Filling: one recipient's values into a frozen mail, some ten microseconds a reader."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple

from publisher.delivery.message import headers
from publisher.delivery.message.frozen import Frozen, Line, Slot
from publisher.errors import Refused

# RFC 5322 section 3.6.4, less the obsolete forms; with its header it stays on one line.
_MESSAGE_ID = re.compile(r"(?=.{3,250}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who one copy goes to: `name` may be "", `message_id` has no angle brackets.

    `values` are for the slots. `name` and `address` need not be among them; a `name` that is
    stands in the text, in place of the one in the To header, for a reader without one.
    """

    address: str
    name: str
    date: datetime
    message_id: str
    values: Mapping[str, str] = field(default_factory=dict)


def build(frozen: Frozen, recipient: Recipient) -> bytes:
    """Return the recipient's complete mail with CRLF line ends, not yet dot-stuffed.

    Raises Refused where an address or a value cannot be written, or a value is missing.
    """
    if not _MESSAGE_ID.fullmatch(recipient.message_id):
        raise Refused("The message id of a recipient is not one; write it like 1a2b@example.org.")
    values = {"name": recipient.name, "address": recipient.address, **recipient.values}
    plan = _plan(frozen)
    pieces = plan.pieces.copy()
    try:
        pieces[0] = b"%b%bMessage-ID: <%b>\r\n" % (
            headers.recipient(recipient.name, recipient.address),
            _date(recipient.date),
            recipient.message_id.encode(),
        )
        for segment, places in plan.gaps:
            filled = segment.fill(values)
            for place in places:
                pieces[place] = filled
    except KeyError as error:
        raise Refused(f"A recipient has no value for the slot {error}.") from error
    except UnicodeEncodeError as error:
        raise Refused("A recipient's value contains half a character.") from error
    return b"".join(pieces)


class _Plan(NamedTuple):
    """A frozen mail taken apart: its literal pieces, and what is to be filled in where."""

    pieces: list[bytes]
    gaps: list[tuple[Slot | Line, list[int]]]


@lru_cache(maxsize=16)
def _plan(frozen: Frozen) -> _Plan:
    # The first piece is the recipient's own headers.
    pieces, gaps = [b""], dict[Slot | Line, list[int]]()
    for place, segment in enumerate(frozen.segments, start=1):
        if isinstance(segment, bytes):
            pieces.append(segment)
        else:
            # The same link in ten places is encoded once.
            gaps.setdefault(segment, []).append(place)
            pieces.append(b"")
    return _Plan(pieces, [*gaps.items()])


@lru_cache(maxsize=64)
def _date(date: datetime) -> bytes:
    if date.tzinfo is None:
        raise Refused("The date of a mail needs a time zone.")
    return f"Date: {format_datetime(date.astimezone(UTC))}\r\n".encode()
