"""What X does to a post before it gives it out: links become t.co, three signs are escaped."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from publisher.social.text import links

_PROTOCOL = re.compile(r"https?://", re.IGNORECASE)
_SLUG_LENGTH = 10
_SHOWN_LENGTH = 26


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text as X gives it out, and where its links lead (`entities.urls`)."""

    text: str
    urls: list[dict[str, Any]]


def shortened(text: str, post_id: str) -> Shortened:
    """Return `text` as X would give it out for the post `post_id`."""
    out, urls, done = "", [], 0
    for start, end in links(text):
        out += _escaped(text[done:start])
        address = f"https://t.co/{_slug(f'{post_id}/{start}')}"
        urls.append(_entity(text[start:end], address, len(out)))
        out, done = out + address, end
    return Shortened(out + _escaped(text[done:]), urls)


def _entity(link: str, address: str, start: int) -> dict[str, Any]:
    shown = _PROTOCOL.sub("", link, count=1)
    return {
        "start": start,
        "end": start + len(address),
        "url": address,
        "expanded_url": link if _PROTOCOL.match(link) else f"http://{link}",
        "display_url": shown if len(shown) <= _SHOWN_LENGTH else shown[:_SHOWN_LENGTH] + "…",
    }


def _slug(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:_SLUG_LENGTH]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
