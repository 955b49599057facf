"""Messages for tests: words that were approved, with a key."""

from typing import Any

from publisher.channels.posts import Message
from publisher.social import keys
from tests.factories import NOW


def said(text: str, *, number: int = 1, **fields: Any) -> Message:
    """Return a message that says `text`; another `number` gives it another key."""
    key = keys.choose(number, now=NOW)
    return Message(text, **{"key": key, "written_at": NOW, **fields})
