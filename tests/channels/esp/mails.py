"""Mails as the engine builds them, to readers with numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from publisher.channels.mail import Envelope
from publisher.delivery.message import Draft, Recipient, build, freeze, new_marks

# What a template of the service would read in it, and what a header must not lose.
SUBJECT = "Fähre  {{7*7}} «zurück», nach elf Jahren {% raw %} und einem sehr langen Satz =?utf-8?"
TEXT = "Good morning, Zoë {{7*7}}!\nA line of its own.\n"
HTML = "<style>@media print{.x{{color:red}}}</style><p>Zoë &amp; {{7*7}}</p>"
NAME = 'Zoë "the {{x}}" O\'Hara, Jr.'


@cache
def envelope(key: int, recipient: str = "") -> Envelope:
    """Return a mail to somebody of their own."""
    address = recipient or f"reader{key}@example.org"
    marks = new_marks()
    draft = Draft(
        sender_name="The Harbour, Courier",
        sender_address="daily@courier.example",
        subject=SUBJECT,
        text=TEXT,
        html=HTML,
        message_domain="courier.example",
        reply_to="editors@courier.example",
        list_id="daily.courier.example",
        list_name="The Daily",
        headers={"Feedback-ID": "1:daily:courier", "Auto-Submitted": "auto-generated"},
    )
    to = Recipient(
        address=address,
        name=NAME,
        date=datetime(2026, 11, 23, 8, tzinfo=UTC),
        message_id=f"mark{key}@courier.example",
        values={"unsubscribe_url": f"https://courier.example/unsubscribe/{key}/"},
    )
    return Envelope(key, "bounces@courier.example", address, build(freeze(draft, marks), to))


def envelopes(count: int) -> Iterator[Envelope]:
    """Return mails keyed from 1."""
    return (envelope(key) for key in range(1, count + 1))
