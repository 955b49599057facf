"""What X does to a post before it gives it out: links become t.co, three signs are escaped.

A post with pictures or a video gets one more link, to these, at the end of its text.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from publisher.sandbox.x.posts import Post
from publisher.social.text import links

_PROTOCOL = re.compile(r"https?://", re.IGNORECASE)
_SLUG_LENGTH = 10
_SHOWN_LENGTH = 26


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text as X gives it out, and where its links lead (`entities.urls`)."""

    text: str
    urls: list[dict[str, Any]]


def shortened(post: Post) -> Shortened:
    """Return the text of `post` as X would give it out."""
    text, out, urls, done = post.text, "", [], 0
    for start, end in links(text):
        out += _escaped(text[done:start])
        address = _address(f"{post.id}/{start}")
        urls.append(_entity(text[start:end], address, len(out)))
        out, done = out + address, end
    out += _escaped(text[done:])
    if post.media:
        out = f"{out} " if out else out
        urls += _to_media(post, start=len(out))
        out += urls[-1]["url"]
    return Shortened(out, urls)


def _to_media(post: Post, *, start: int) -> list[dict[str, Any]]:
    """Return what stands in `entities.urls` of the link to a post's media: once for each."""
    address = _address(f"{post.id}/media")
    kind = "video" if post.media[0].media_type.startswith("video/") else "photo"
    shape = {
        "start": start,
        "end": start + len(address),
        "url": address,
        "expanded_url": f"https://x.com/{post.account}/status/{post.id}/{kind}/1",
        "display_url": f"pic.x.com/{address.rpartition('/')[2]}",
    }
    return [shape | {"media_key": media.key} for media in post.media]


def _entity(link: str, address: str, start: int) -> dict[str, Any]:
    shown = _PROTOCOL.sub("", link, count=1)
    return {
        "start": start,
        "end": start + len(address),
        "url": address,
        "expanded_url": link if _PROTOCOL.match(link) else f"http://{link}",
        "display_url": shown if len(shown) <= _SHOWN_LENGTH else shown[:_SHOWN_LENGTH] + "…",
    }


def _address(seed: str) -> str:
    return f"https://t.co/{hashlib.sha256(seed.encode()).hexdigest()[:_SLUG_LENGTH]}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
