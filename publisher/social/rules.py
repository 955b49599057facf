"""What each network takes for the words of a post: how much, and how it counts.

Where an instance or an account has limits of its own, these were read from it and are handed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import regex

from publisher.errors import Refused
from publisher.social import text

# Mastodon: app/validators/status_length_validator.rb, where a URL is one with its protocol, and of
# @somebody@elsewhere only the first part counts.
_MASTODON_URL = regex.compile(r"https?://[^\s<>\"]+", regex.IGNORECASE)
_REMOTE_MENTION = regex.compile(r"(?<![\w/])(@\w+(?:[\w.-]*\w)?)@[\w.-]+\w")
_URL_CHARACTERS = 23
# https://developers.facebook.com/docs/threads/overview: emojis count as their octets in UTF-8.
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}")
_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rules:
    """How long a post may be on a network: `limit` in what `length` counts, and in octets."""

    network: str
    limit: int
    length: Callable[[str], int]
    most_octets: int | None = None

    def fits(self, words: str) -> bool:
        """Return whether a text is not too long; an empty one is not."""
        if self.most_octets is not None and len(words.encode()) > self.most_octets:
            return False
        return self.length(words) <= self.limit


def of(
    network: str, limits: Mapping[str, int] = _NOTHING, *, beside_picture: bool = False
) -> Rules:
    """Return the rules of a network; `limits` are what an account or its instance says of itself.

    It names `characters` and, for what a link counts, `url`. On some networks less fits
    `beside_picture`.
    """
    length, usual, beside = _KNOWN.get(network, _KNOWN["webhook"])
    if network == "mastodon":
        length = _mastodon(limits.get("url", _URL_CHARACTERS))
    limit = limits.get("characters", beside if beside_picture else usual)
    return Rules(network, limit, length, _BLUESKY_OCTETS if network == "bluesky" else None)


def checked(words: str, rules: Rules) -> str:
    """Return an editor's own words as they will be posted; raises Refused where they cannot be."""
    clean = text.sendable(words)
    if not clean:
        raise Refused("The post is empty; write some words or link an article.")
    if "\0" in clean:
        raise Refused("The post holds a NUL character, which no text can; remove it.")
    length, name = rules.length(clean), NAMES.get(rules.network, rules.network)
    if length > rules.limit:
        raise Refused(
            f"The post has {length} of {rules.limit} characters, as {name} counts"
            f" them; shorten it by {length - rules.limit}."
        )
    if not rules.fits(clean):
        raise Refused(
            f"The post has {len(clean.encode()):,} of {rules.most_octets:,} octets that"
            f" {name} takes; shorten it."
        )
    return clean


def _graphemes(words: str) -> int:
    return len(text.graphemes(words))


def _utf16(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def _threads(words: str) -> int:
    return len(words) + sum(len(each.encode()) - 1 for each in _EMOJI.findall(words))


def _mastodon(url_characters: int) -> Callable[[str], int]:
    def length(words: str) -> int:
        shown = _MASTODON_URL.sub("x" * url_characters, words)
        return _graphemes(_REMOTE_MENTION.sub(r"\1", shown))

    return length


# https://docs.bsky.app/docs/advanced-guides/posts, lexicon app.bsky.feed.post: 300 graphemes.
_BLUESKY_OCTETS = 3_000
# By network: how it counts, how many it takes, and how many beside a picture.
_KNOWN: dict[str, tuple[Callable[[str], int], int, int]] = {
    "x": (text.weighted_length, text.LIMIT, text.LIMIT),
    "bluesky": (_graphemes, 300, 300),
    "mastodon": (_mastodon(_URL_CHARACTERS), 500, 500),
    # https://core.telegram.org/bots/api#sendmessage: UTF-16 code units, fewer in captions.
    "telegram": (_utf16, 4_096, 1_024),
    # https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api
    "linkedin": (_utf16, 3_000, 3_000),
    # https://developers.facebook.com/docs/graph-api/reference/page/feed
    "facebook": (_utf16, 63_206, 63_206),
    "threads": (_threads, 500, 500),
    # Nobody's but ours: what the longest of the others takes of a Premium account.
    "webhook": (len, 25_000, 25_000),
}
# Where every character of a link counts, and there are few: an article's address with its campaign
# would take half of the post.
SCARCE = frozenset({"bluesky", "threads"})
# What people call them.
NAMES = {
    "x": "X",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "telegram": "Telegram",
    "linkedin": "LinkedIn",
    "facebook": "Facebook",
    "threads": "Threads",
    "webhook": "the webhook",
}
