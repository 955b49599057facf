"""Finds in an article's body what posts may say of it: a quote, a question, figures, key points."""

from dataclasses import dataclass
from html.parser import HTMLParser

import regex

# Between them lies what a short list or a few subheadings are good for as a thread.
FEWEST_POINTS = 2
MOST_POINTS = 8
_FEWEST_SUBHEADINGS = 3
# A longer one is a paragraph in an odd place, and no post could hold it.
_LONGEST_QUOTE = 600
_LONGEST_SENTENCE = 240
_LONGEST_SPEAKER = 80
# Days and ages have two digits; a figure of three, a share or a sum is worth a post.
_LEAST_STRIKING = 3
_MOST_DIGITS = 4

_OPENING = "\"'\u2018\u201c\u201a\u201e\u00ab\u2039\u300c\u300e"
_CLOSING = "\"'\u2019\u201d\u201c\u00bb\u203a\u300d\u300f"
_DASHES = "\u2014\u2013\u2015- "
# "We sail. — Ada Vos", "We sail!" -- Ada Vos, skipper: the words end before the dash.
_SPEAKER = regex.compile(
    rf"(?P<words>.*[.!?\u2026\u3002\uff01\uff1f{regex.escape(_CLOSING)}])\s*"
    r"(?:[\u2014\u2013\u2015]|--)\s*(?P<name>[^\u2014\u2013\u2015]+)"
)
_QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u037e")
_SENTENCE = regex.compile(
    r"\S.*?(?:(?<=\p{L}{3}|[\p{N})%])[.]|(?<=\s\p{Ll}{2})[.](?=\s\p{Lu})|[!?\u2026\u0964])"
    r"[\"'\u2019\u201d\u00bb)\]]*(?=\s|$)"
    r"|\S.*?[\u3002\uff01\uff1f][\u300d\u300f\u201d\uff09]*"
    r"|\S.*$"
)
_FIGURE = regex.compile(r"\p{Nd}+(?:[.,\u00a0\u202f\u2019']\p{Nd}+)*")
_YEAR = regex.compile(r"(?:1[5-9]|20)\d\d")
_CLOCK = regex.compile(r"\d{1,2}[:.h]\d\d\b|\d{1,2}\s*(?:am|pm|Uhr|uur)\b", regex.IGNORECASE)
_UNITS = (
    r"%|\u2030|percent|per cent|procent|Prozent|pour cent|por ciento"
    r"|\u043f\u0440\u043e\u0446\u0435\u043d\u0442"
)
_SHARE = regex.compile(rf"\p{{Nd}}\s?(?:{_UNITS})", regex.IGNORECASE)
_MONEY = regex.compile(r"\p{Sc}\s?\p{Nd}|\p{Nd}\s?\p{Sc}")
_MANY = regex.compile(
    r"\p{Nd}\s?(?:million|billion|trillion|thousand|miljoen|miljard|Million|Milliard"
    r"|millones|milh|\u043c\u043b\u043d|\u043c\u043b\u0440\u0434|\u043c\u0438\u043b\u043b\u0438|[\u4e07\u842c\u5104\u4ebf])",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, without quotation marks around them; `speaker` is "" where unknown."""

    words: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a body offers; each of them is empty where it has none."""

    quote: Quote = Quote()
    question: str = ""
    numbers: str = ""
    key_points: tuple[str, ...] = ()


def found(body: str) -> Found:
    """Return what posts may say of an article with this HTML, which `sanitising.clean` returned.

    The first blockquote, the first heading that asks something, the sentence with the most striking
    figure, and the list that the article begins with or else its subheadings.
    """
    reader = _Reader()
    reader.feed(body)
    reader.close()
    blocks = reader.blocks
    return Found(_quote(blocks), _question(blocks), _numbers(blocks), _key_points(blocks))


def quote(written: str) -> Quote:
    """Return a quote and its speaker out of one line: `"We sail again." — Ada Vos`."""
    line = " ".join(written.split())
    if (end := _SPEAKER.fullmatch(line)) and len(end["name"]) <= _LONGEST_SPEAKER:
        return Quote(_bare(end["words"]), end["name"].strip())
    return Quote(_bare(line))


@dataclass(frozen=True, slots=True)
class _Block:
    """Some text, the block elements around it from the outside in, and which of these it is in.

    `group` counts lists, quotes and figures that stand in no other one; 0 for none of them.
    """

    text: str
    path: tuple[str, ...]
    group: int

    def is_in(self, *tags: str) -> bool:
        return not set(tags).isdisjoint(self.path)


class _Reader(HTMLParser):
    """Collects blocks of text; cleaned HTML is regular enough for the standard library."""

    _GROUPS = frozenset({"blockquote", "figure", "ol", "table", "ul"})
    _BLOCKS = _GROUPS | {"cite", "dd", "dt", "figcaption", "h2", "h3", "h4", "li", "p", "pre", "td"}

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[_Block] = []
        self._path: list[str] = []
        self._groups = 0
        self._line: list[str] = []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._line.append(" ")
        # A work's title is a <cite>, too, but only in a quote it says whose words these are.
        elif tag in self._BLOCKS and (tag != "cite" or "blockquote" in self._path):
            self._end_block()
            self._groups += tag in self._GROUPS and self._GROUPS.isdisjoint(self._path)
            self._path.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._path:
            self._end_block()
            del self._path[-1 - self._path[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        self._line.append(data)

    def close(self) -> None:
        super().close()
        self._end_block()

    def _end_block(self) -> None:
        text = " ".join("".join(self._line).split())
        self._line = []
        if text:
            group = 0 if self._GROUPS.isdisjoint(self._path) else self._groups
            self.blocks.append(_Block(text, tuple(self._path), group))


def _quote(blocks: list[_Block]) -> Quote:
    quoted = next((each for each in blocks if each.is_in("blockquote")), None)
    if quoted is None:
        return Quote()
    around = [each for each in blocks if each.group == quoted.group]
    whole = quote(" ".join(each.text for each in around if not each.is_in("cite", "figcaption")))
    if not whole.words or len(whole.words) > _LONGEST_QUOTE:
        return Quote()
    names = [each.text.lstrip(_DASHES) for each in around if each.is_in("cite", "figcaption")]
    speaker = whole.speaker or "".join(names[:1])
    return Quote(whole.words, speaker if len(speaker) <= _LONGEST_SPEAKER else "")


def _bare(words: str) -> str:
    """Return a quote without the marks around it, where they are around all of it."""
    inside = words[1:-1]
    is_marked = words[:1] in _OPENING and words[-1:] in _CLOSING
    # Not where the first mark ends before the last one begins: "Yes," she said, "at last."
    is_whole = inside.strip() and not set(inside) & {words[:1], words[-1:]} - set("'\u2019")
    return inside.strip() if is_marked and is_whole else words


def _question(blocks: list[_Block]) -> str:
    asked = (each.text for each in blocks if each.is_in("h2", "h3", "h4"))
    return next((text for text in asked if text.endswith(_QUESTION_MARKS)), "")


def _numbers(blocks: list[_Block]) -> str:
    prose = (each.text for each in blocks if each.path[-1:] == ("p",) and not each.group)
    sentences = [found[0] for text in prose for found in _SENTENCE.finditer(text)]
    fitting = [each for each in sentences if len(each) <= _LONGEST_SENTENCE]
    # Of equals the first, which is where a reporter puts what matters.
    best = max(fitting, key=_strikes, default="")
    return best if best and _strikes(best) >= _LEAST_STRIKING else ""


def _strikes(sentence: str) -> int:
    """Return how striking the figures of a sentence are: 0 for none, or for dates alone."""
    timeless = _CLOCK.sub("", sentence)
    figures = [each for each in _FIGURE.findall(timeless) if not _YEAR.fullmatch(each)]
    digits = max((sum(map(str.isdecimal, each)) for each in figures), default=0)
    signs = sum(bool(sign.search(timeless)) for sign in (_SHARE, _MONEY, _MANY))
    return min(digits, _MOST_DIGITS) + 3 * signs


def _key_points(blocks: list[_Block]) -> tuple[str, ...]:
    beginning = next((each for each in blocks[:2] if each.is_in("ul", "ol")), None)
    if beginning:
        listed = [each for each in blocks if each.group == beginning.group]
        points = [each.text for each in listed if each.path.count("li") == 1]
        if len(points) >= FEWEST_POINTS:
            return tuple(points[:MOST_POINTS])
    headings = [each.text for each in blocks if each.is_in("h2", "h3")]
    return tuple(headings[:MOST_POINTS]) if len(headings) >= _FEWEST_SUBHEADINGS else ()
