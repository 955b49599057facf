"""X's rules for the words of a post: how long they count, whether X takes them, what is a link.

The rules are those of twitter-text, configuration v3; the counting is ours, and what counts as a
link or an emoji is found in finding.py.
"""

import re
import unicodedata

import regex

LIMIT = 280
# X counts every link as 23 characters, whatever its length, because it is rewritten to t.co.
LINK_LENGTH = 23
EMOJI_LENGTH = 2

# Scripts that say little with one character count 1, all others 2 (twitter-text's v3.json, in code
# points).
_HEAVY = re.compile(r"[^\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")
_FORBIDDEN = re.compile(r"[\uFFFE\uFEFF\uFFFF]")
# Half of a surrogate pair cannot be written as UTF-8, so it cannot be sent at all.
_UNSENDABLE = re.compile(r"[\uD800-\uDFFF]")

_GRAPHEME = regex.compile(r"\X")


def normalised(text: str) -> str:
    """Return `text` as X counts it: Unicode NFC, every line break one `\\n`."""
    return re.sub(r"\r\n?", "\n", unicodedata.normalize("NFC", text))


def weighted_length(text: str) -> int:
    """Return how many of X's 280 characters `text` takes."""
    from publisher.social import emojis, finding

    text = normalised(text)
    # Where a link begins with an emoji, it counts as a link.
    wholes = {start: (end, EMOJI_LENGTH) for start, end in emojis.found(text)}
    wholes |= {start: (end, LINK_LENGTH) for start, end in finding.links(text)}
    length = position = 0
    for start, (end, weight) in sorted(wholes.items()):
        if start >= position:
            length += _by_characters(text[position:start]) + weight
            position = end
    return length + _by_characters(text[position:])


def _by_characters(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_HEAVY.findall(text))


def is_valid_post(text: str, *, limit: int = LIMIT) -> bool:
    """Say whether X takes `text`: not empty, within `limit`, and no character that it forbids."""
    if _UNSENDABLE.search(text) or _FORBIDDEN.search(text):
        return False
    return 0 < weighted_length(text) <= limit


def sendable(text: str) -> str:
    """Return `text` normalised, without the characters that X refuses and without outer space."""
    return normalised(_FORBIDDEN.sub("", _UNSENDABLE.sub("", text))).strip()


def graphemes(text: str) -> list[str]:
    """Return what a reader takes for one character each, combining marks and emoji whole."""
    return _GRAPHEME.findall(text)


def links(text: str) -> list[tuple[int, int]]:
    """Return where in `text` the links are that X will shorten, as start and end of each.

    Bare domains (`example.com`) are links to X, with any other script right beside them.
    """
    # Its tables take a third of a second to load, and most processes never count a post.
    from publisher.social import finding

    return finding.links(text)


def hashtags(text: str) -> list[tuple[int, int]]:
    """Return where in `text` the hashtags are that X will link, as start and end of each."""
    from publisher.social import tagging

    return tagging.hashtags(text)


def mentions(text: str) -> list[tuple[int, int]]:
    """Return where in `text` people are mentioned to X, as start and end of each."""
    from publisher.social import tagging

    return tagging.mentions(text)


def cashtags(text: str) -> list[tuple[int, int]]:
    """Return where in `text` the cashtags are that X will link, as start and end of each."""
    from publisher.social import tagging

    return tagging.cashtags(text)
