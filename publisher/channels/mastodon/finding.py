"""Whether a post of the account's timeline is the one that was sent."""

import re
import unicodedata
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from publisher.channels.posts import Message


def says(post: Mapping[str, Any], message: Message) -> bool:
    """Return whether a post is this message: by its link, which no other has, or by its words."""
    content = _Content(str(post["content"]))
    if message.link and message.link in content.links:
        return True
    return bool(_words(message.text)) and _words(content.text) == _words(message.text)


class _Content(HTMLParser):
    """The text and the links of a post, which an instance gives out as HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.add(dict(attrs).get("href") or "")
        elif tag in ("br", "p"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data


def _words(text: str) -> str:
    """Return letters and digits alone: instances set quotes, blanks and lists as they like.

    A mention loses its host when it is set.
    """
    text = re.sub(r"(@\w+)@[\w.-]*\w", r"\1", unicodedata.normalize("NFC", text))
    return "".join(re.findall(r"\w+", text)).casefold()
