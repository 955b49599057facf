"""Fits words into a post: the longest variant wins; else prose, then hashtags give way to links."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import regex

from publisher.errors import Refused
from publisher.social import text
from publisher.social.rules import Rules

ELLIPSIS = "…"

# What stands behind the prose: each link or hashtag with the space before it.
Tail = tuple[tuple[str, str], ...]

# X's hashtags hold letters, marks, digits, the underscore and these joiners (twitter-text's
# hashtagSpecialChars); variation selectors and keycaps belong to emoji and end a hashtag.
_JOINERS = (
    r"_\u200C\u200D\uA67E\u05BE\u05F3\u05F4\uFF5E\u301C\u309B\u309C\u30A0\u30FB\u0F0B\u0F0C\u00B7"
)
_TAG_WORD = (
    rf"[\p{{L}}\p{{Nd}}_][[\p{{L}}\p{{M}}\p{{Nd}}{_JOINERS}]--[\uFE00-\uFE0F\u20D0-\u20F0]]*"
)
_HASHTAG_WORD = regex.compile(_TAG_WORD, regex.VERSION1)
_APOSTROPHE = regex.compile(r"(?<=\p{L})['\u2019\u02BC](?=\p{L})")
_LAST_HASHTAG = regex.compile(
    rf"(?<!\S)[#\uFF03](?=\S*\p{{L}}){_TAG_WORD}$", regex.VERSION1 | regex.REVERSE
)
# Hashtags, mentions and cashtags are never torn; mentions may have a host: @ada@news.example,
# @ada.bsky.social.
_TAG = regex.compile(
    rf"[#\uFF03$]{_TAG_WORD}|[@\uFF20]{_TAG_WORD}(?:[@.-]{_TAG_WORD})*", regex.VERSION1
)


# A full stop after one or two letters is more often an abbreviation (Dr., No., e.g.) than an end.
_SENTENCE_END = regex.compile(
    r"(?:(?<=\w{3})\.|[!?…])[\"'\u2019\u201D»)\]]*(?=\s)"
    r"|[。\uFF01\uFF1F][」』\u201D\uFF09]*"
    r"|(?<=\S)(?=\n)"
)
_WITHOUT_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# A host that X does not link, 127.0.0.1 say, counts by its characters but is a link to a reader.
# It ends where a script begins that puts no space behind it.
_UNLINKED_URL = regex.compile(
    rf"https?://[^\s<>\"{_WITHOUT_SPACES}]+(?<![.,;:!?…])", regex.IGNORECASE
)
_WORD_END = regex.compile(
    rf"(?<=\S)(?=\s)|(?<=[{_WITHOUT_SPACES}、。\uFF0C\uFF01\uFF1F」』])(?!\p{{P}})"
)
# Before the ellipsis these would dangle.
_DANGLING = " \t\n,;:.…-\u2013\u2014(\u201c\u201e«[/、\uff0c・「『\uff08"
_CLOSING = ".,;:!?…"
_FEWEST_TORN = 10


def fit(variants: Sequence[str], rules: Rules) -> str:
    """Return the longest of `variants` that fits, as its network counts.

    Where none fits, the last is cut: its prose at a sentence or a word; where no prose would be
    left, the hashtags at its end go, the last one first; the links at its end stay. Raises Refused
    where they alone are too long, or where there is nothing to post.
    """
    candidates = [clean for variant in variants if (clean := text.sendable(variant))]
    if not candidates:
        raise Refused("the post is empty; write some words or link an article.")
    fitting = [each for each in candidates if rules.fits(each)]
    if fitting:
        return max(fitting, key=rules.length)
    return _cut(candidates[-1], rules)


def hashtag(tag: str) -> str | None:
    """Return `tag` as X links it ("public transport": "#PublicTransport"), None where it cannot be.

    A word that has a capital letter keeps its spelling.
    """
    words = _HASHTAG_WORD.findall(_APOSTROPHE.sub("", text.sendable(tag)))
    joined = "".join(word if word != word.lower() else word[0].title() + word[1:] for word in words)
    return f"#{joined}" if regex.search(r"\p{L}", joined) else None


def with_utm(url: str, *, source: str, medium: str, campaign: str, content: str = "") -> str:
    """Return `url` with its utm parameters; where it has one of them already, its own stays."""
    parts = urlsplit(url)
    known = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    utm = {"utm_source": source, "utm_medium": medium, "utm_campaign": campaign}
    utm |= {"utm_content": content} if content else {}
    added = urlencode({name: value for name, value in utm.items() if name not in known})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))


def _cut(whole: str, rules: Rules) -> str:
    prose, full_tail = _taken_apart(whole)
    tails = list(_shorter(full_tail))
    characters, words = safe_ends(prose), word_ends(prose)
    # Last of all an endless word is torn; before a link its first few letters would say nothing.
    links_only = tails[-1]
    torn = [end for end in characters if end >= _FEWEST_TORN or not links_only]
    for ends, tail in [(words, tail) for tail in tails] + [(torn, links_only)]:
        if (post := _longest(prose, ends, tail, rules)) is not None:
            return post
    for tail in tails:
        if tail and rules.fits(_joined("", tail)):
            return _joined("", tail)
    raise Refused(
        f"nothing of the post fits into {rules.limit} characters, not even its links alone;"
        " shorten it."
    )


def _taken_apart(whole: str) -> tuple[str, Tail]:
    """Return the prose of a text, and the links and hashtags that it ends with."""
    links = _links(whole)
    tail: list[tuple[str, str]] = []
    end = len(whole)
    while end:
        last_hashtag = _LAST_HASHTAG.search(whole, 0, end)
        if links and not whole[links[-1][1] : end].strip(_CLOSING):
            start = links.pop()[0]
        elif last_hashtag:
            start = last_hashtag.start()
        else:
            break
        prose_end = len(whole[:start].rstrip())
        tail.insert(0, (whole[prose_end:start], whole[start:end]))
        end = prose_end
    return whole[:end], tuple(tail)


def _shorter(tail: Tail) -> Iterator[Tail]:
    """Offer the tail as it is, then without its last hashtag, and so on down to its links."""
    yield tail
    while hashtags := [at for at, (_, token) in enumerate(tail) if token[0] in "#\uff03"]:
        tail = tail[: hashtags[-1]] + tail[hashtags[-1] + 1 :]
        yield tail


def _joined(prose: str, tail: Tail) -> str:
    # Nothing stood between them where a script without spaces ends in a link; behind other words
    # the two would be one.
    return (prose + "".join((space or " ") + token for space, token in tail)).lstrip()


def sentence_ends(prose: str) -> list[int]:
    """Return where in a text its sentences end, outside of links and the like."""
    sentences = {match.end() for match in _SENTENCE_END.finditer(prose)}
    return [end for end in safe_ends(prose) if end in sentences]


def word_ends(prose: str) -> list[int]:
    """Return where in a text its words end, outside of links and the like."""
    return [end for end in safe_ends(prose) if _WORD_END.match(prose, end)]


def count_fitting(ends: Sequence[int], fits: Callable[[int], bool]) -> int:
    """Return how many of `ends`, which grow, come before the first that does not fit."""
    return bisect_left(ends, 1, key=lambda end: 0 if fits(end) else 1)


def safe_ends(prose: str) -> list[int]:
    """Return where prose may end: after a grapheme, outside of links, hashtags and mentions."""
    inside = {at for start, end in _wholes(prose) for at in range(start + 1, end)}
    ends = accumulate(len(grapheme) for grapheme in text.graphemes(prose))
    nothing_before = len(prose) - len(prose.lstrip(_DANGLING))
    return [end for end in ends if end > nothing_before and end not in inside]


def _wholes(prose: str) -> list[tuple[int, int]]:
    return _links(prose) + [match.span() for match in _TAG.finditer(prose)]


def _links(words: str) -> list[tuple[int, int]]:
    links = text.links(words)
    others = [match.span() for match in _UNLINKED_URL.finditer(words)]
    apart = [it for it in others if all(it[1] <= start or end <= it[0] for start, end in links)]
    return sorted(links + apart)


def _longest(prose: str, ends: Sequence[int], tail: Tail, rules: Rules) -> str | None:
    """Return as much of `prose` as fits before `tail`, None if nothing does.

    A sentence that ends in the second half of what fits is better than more words and an ellipsis.
    """
    if prose and rules.fits(_joined(prose, tail)):
        return _joined(prose, tail)
    wholes = _wholes(prose)
    sentences = {match.end() for match in _SENTENCE_END.finditer(prose)}

    def entire(end: int) -> str:
        return _joined(prose[:end], tail)

    def torn(end: int) -> str:
        return _joined(_with_ellipsis(prose[:end], wholes), tail)

    def last_fitting(ends: Sequence[int], post: Callable[[int], str]) -> int | None:
        count = count_fitting(ends, lambda end: rules.fits(post(end)))
        # Tearing must not make a link where there was none: "example.com" out of "example.comma".
        return next((end for end in reversed(ends[:count]) if keeps_links(prose, end)), None)

    sentence = last_fitting([end for end in ends if end in sentences], entire)
    word = last_fitting(ends, torn)
    if sentence is not None and (word is None or sentence >= word / 2):
        return entire(sentence)
    return None if word is None else torn(word)


def keeps_links(prose: str, end: int, behind: str = ELLIPSIS) -> bool:
    """Return whether what stands before `end`, and `behind` it, has no link of its own."""
    return set(text.links(prose[:end] + behind)) <= set(text.links(prose))


def _with_ellipsis(prose: str, wholes: Sequence[tuple[int, int]]) -> str:
    # A link may end in what dangles elsewhere: "https://example.com/a-".
    kept = max((end for _, end in wholes if end <= len(prose)), default=0)
    graphemes = text.graphemes(prose[kept:])
    while graphemes and graphemes[-1] in _DANGLING:
        graphemes.pop()
    return prose[:kept] + "".join(graphemes) + ELLIPSIS
