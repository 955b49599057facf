"""A mail and a reader to start from, and the strictest reading of what was built."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from publisher.delivery.message import Draft, Frozen, Marks, Recipient, build, freeze, new_marks

ADA = Recipient(
    address="ada@example.org",
    name="Ada",
    date=datetime(2026, 3, 1, 6, 30, tzinfo=UTC),
    message_id="1a2b@courier.example",
    values={
        "unsubscribe_url": "https://courier.example/unsubscribe/tok-1/",
        "preferences_url": "https://courier.example/preferences/tok-1/?a=1&b=2",
    },
)
DAILY = Draft(
    sender_name="The Courier",
    sender_address="daily@courier.example",
    subject="Morning news",
    text="Good morning.",
    html="<p>Good morning.</p>",
    message_domain="courier.example",
    reply_to="desk@courier.example",
    list_id="daily.courier.example",
    list_name="Daily",
    archive_url="https://courier.example/newsletters/daily/",
)


def frozen(marks: Marks | None = None, **changes: Any) -> Frozen:
    """Return the daily mail, changed and frozen."""
    return freeze(replace(DAILY, **changes), marks or new_marks())


def mail(reader: Recipient = ADA, marks: Marks | None = None, **changes: Any) -> bytes:
    """Return the daily mail, changed, as `reader` gets it."""
    return build(frozen(marks, **changes), reader)


def read(raw: bytes) -> EmailMessage:
    """Parse a mail; any defect, in any part or header, is an error."""
    message = BytesParser(policy=policy.strict).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects
        assert not [defect for value in part.values() for defect in value.defects]
    return message


def body(raw: bytes, kind: str) -> str:
    """Return the decoded body of a kind, `plain` or `html`, with LF line ends."""
    part = read(raw).get_body((kind,))
    assert part is not None
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def lines(raw: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the lines of head and body; every line end must be CRLF."""
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)
    head, _, rest = raw.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), rest.split(b"\r\n")
