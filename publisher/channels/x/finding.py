"""Whether a post that X shows is the one that was sent: X rewrites what it is given."""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.channels.posts import Message

# What has to be asked for besides a post's id and text; `note_tweet` is all of a post that is
# longer than 280 characters, of which `text` is only the beginning.
FIELDS = ["created_at", "entities", "note_tweet"]

_PROTOCOL = re.compile(r"https?://", re.IGNORECASE)
# X puts a link to each picture and video behind the words.
_MEDIA_LINK = re.compile(r"/status/[0-9]+/(?:photo|video)/[0-9]+$")
_REPOST = "RT @"


def is_it(post: Mapping[str, Any], message: Message) -> bool:
    """Say whether `post`, as X gives it out, is `message`: by its own link or else by its words.

    Raises TypeError or LookupError where `post` is none.
    """
    if _comparable(_as_written(post)) == _comparable(message.text):
        return True
    # Whoever reposts a post shows its link.
    if not message.link or post["text"].startswith(_REPOST):
        return False
    return _comparable(message.link) in {_comparable(address) for address in _addresses(post)}


def _as_written(post: Mapping[str, Any]) -> str:
    """Return the text of a post as it was sent: X escapes it and rewrites its links to t.co."""
    text = html.unescape(_whole(post)["text"])
    for link in _links(post):
        text = text.replace(link["url"], "" if _is_media(link) else link["expanded_url"])
    return text


def _addresses(post: Mapping[str, Any]) -> Iterator[str]:
    for link in _links(post):
        # The second is where the first leads in the end.
        yield from filter(None, (link.get("expanded_url"), link.get("unwound_url")))


def _links(post: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entities = _whole(post).get("entities") or {}
    return entities.get("urls") or []


def _whole(post: Mapping[str, Any]) -> Mapping[str, Any]:
    whole: Mapping[str, Any] = post.get("note_tweet") or post
    return whole


def _is_media(link: Mapping[str, Any]) -> bool:
    return "media_key" in link or bool(_MEDIA_LINK.search(link.get("expanded_url", "")))


def _comparable(text: str) -> str:
    # X writes a protocol before bare domains, and trims and joins white space.
    normal = _PROTOCOL.sub("", unicodedata.normalize("NFC", text))
    return " ".join(normal.split())
