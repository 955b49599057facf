"""What in a post is a link, a tag or a mention: Bluesky wants to be told, in octets of UTF-8.

What is not told stays plain text. The rules are those of Bluesky's own app, as its package
@atproto/api has them (richtext/detection), so that a post looks as if it had been written there.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

with warnings.catch_warnings():
    # The package reads its emoji table through setuptools' deprecated pkg_resources.
    warnings.simplefilter("ignore")
    from twitter_text.regexp.valid_cctld import valid_cctld
    from twitter_text.regexp.valid_gtld import valid_gtld

# app.bsky.richtext.facet#tag; a longer one would have the whole post refused.
LONGEST_TAG_GRAPHEMES = 64
LONGEST_TAG_OCTETS = 640

# ECMAScript's white space, which is not quite Python's.
_SPACE = r"\s--[\x1c-\x1f\x85]||\ufeff"
_INVISIBLE = r"\u00ad\u200a-\u200d\u2060\u20e2"
# A link or a mention begins a word, or stands in brackets.
_BEGINS = rf"(?<![^[{_SPACE}](])"
_LINK = regex.compile(
    rf"{_BEGINS}(?:https?://[^{_SPACE}]+|(?P<domain>[a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z0-9]+)+)[^{_SPACE}]*)",
    regex.V1,
)
_MENTION = regex.compile(
    rf"{_BEGINS}@(?P<handle>(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]*[a-zA-Z0-9])(?![a-zA-Z0-9_])", regex.V1
)
_TAG = regex.compile(
    rf"(?<![^{_SPACE}])[#\uff03](?!\ufe0f)(?P<tag>[^[{_SPACE}]{_INVISIBLE}]+)", regex.V1
)
# A ticker: told as a tag with its sign, in capitals.
_CASHTAG = regex.compile(
    rf"{_BEGINS}\$(?P<ticker>[A-Za-z][A-Za-z0-9]{{0,4}})(?![^[{_SPACE}].,;:!?)\"'\u2019])", regex.V1
)
_CLOSING = regex.compile(r"\p{P}+$")
# Of digits and punctuation alone nobody makes a tag.
_WORDLY = regex.compile(r"[^0-9\p{P}]")
_GRAPHEME = regex.compile(r"\X")

_TLD = regex.compile(f"{valid_gtld.pattern}|{valid_cctld.pattern}")
# Newer than the package's table, by the root zone.
_NEW_TLDS = frozenset({"amazon", "kids", "music", "spa"})
# RFC 6761: on no real network, which is why test servers use it for handles.
_TEST_TLD = "test"


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text, in characters, and what Bluesky calls what is there."""

    start: int
    end: int
    feature: Mapping[str, str]


def facets(text: str, resolve: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the facets of a text in their order (app.bsky.richtext.facet); none overlap.

    `resolve` returns the DID of a handle, "" for one that nobody has: no mention, then.
    """
    found: list[dict[str, Any]] = []
    end = 0
    for each in sorted(_all(text, resolve), key=lambda each: each.start):
        if each.start >= end:
            end = each.end
            index = {"byteStart": _octets(text[: each.start]), "byteEnd": _octets(text[:end])}
            found.append({"index": index, "features": [dict(each.feature)]})
    return found


def _all(text: str, resolve: Callable[[str], str]) -> Iterator[Found]:
    yield from _links(text)
    yield from _tags(text)
    yield from _cashtags(text)
    for match in _MENTION.finditer(text):
        handle = match["handle"]
        top = handle.rpartition(".")[2]
        if (_is_tld(top) or top == _TEST_TLD) and (did := resolve(handle)):
            yield Found(*match.span(), {"$type": "app.bsky.richtext.facet#mention", "did": did})


def _links(text: str) -> Iterator[Found]:
    for match in _LINK.finditer(text):
        domain = match["domain"]
        if domain and not _is_tld(domain.rpartition(".")[2]):
            continue
        link = match[0]
        if link[-1] in ".,;:!?":
            link = link[:-1]
        if link.endswith(")") and "(" not in link:
            link = link[:-1]
        uri = f"https://{link}" if domain else link
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
        yield Found(match.start(), match.start() + len(link), feature)


def _tags(text: str) -> Iterator[Found]:
    for match in _TAG.finditer(text):
        tag = _CLOSING.sub("", match["tag"])
        if _WORDLY.search(tag) and _is_short(tag):
            end = match.start("tag") + len(tag)
            yield Found(match.start(), end, {"$type": "app.bsky.richtext.facet#tag", "tag": tag})


def _cashtags(text: str) -> Iterator[Found]:
    for match in _CASHTAG.finditer(text):
        tag = f"${match['ticker'].upper()}"
        yield Found(*match.span(), {"$type": "app.bsky.richtext.facet#tag", "tag": tag})


def _is_short(tag: str) -> bool:
    graphemes = len(_GRAPHEME.findall(tag))
    return graphemes <= LONGEST_TAG_GRAPHEMES and _octets(tag) <= LONGEST_TAG_OCTETS


def _is_tld(name: str) -> bool:
    return name in _NEW_TLDS or bool(_TLD.fullmatch(name))


def _octets(text: str) -> int:
    return len(text.encode())
