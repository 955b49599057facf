"""Splits what is too long for one post into a thread, at paragraphs, else at sentences or words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.errors import Refused
from publisher.social import fitting, text
from publisher.social.rules import Rules

# Nobody reads further, and X lets an account post 100 times in a quarter of an hour.
MOST_PARTS = 25
_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a thread is set: whether its parts are numbered, and where its link stands."""

    is_numbered: bool = False
    link: str = ""
    link_first: bool = False


def split(words: str, rules: Rules, manner: Manner) -> tuple[str, ...]:
    """Return the parts of a thread, each of which fits; a line of space parts two paragraphs.

    No link, hashtag, mention or emoji is torn. Raises Refused where there is nothing to say, where
    it would take too many parts, and for a word that no post can hold.
    """
    paragraphs = [each.strip() for each in text.sendable(words).split(_BREAK) if each.strip()]
    if not paragraphs:
        raise Refused("the thread is empty; write some words or give the article key points.")
    if rules.length(words) > MOST_PARTS * rules.limit:
        raise _too_long("more parts than that")
    parts: list[str] = []
    # With ten parts and more their numbers are longer, and more parts may be needed for that.
    for most in (9, MOST_PARTS):
        parts = _packed(
            paragraphs, rules, manner, _number(most, most) if manner.is_numbered else ""
        )
        if len(parts) <= most:
            break
    else:
        raise _too_long(f"{len(parts)} parts")
    if not manner.is_numbered or len(parts) == 1:
        return tuple(parts)
    return tuple(f"{part}{_number(at, len(parts))}" for at, part in enumerate(parts, 1))


def _too_long(parts: str) -> Refused:
    return Refused(f"the thread would have {parts}, and {MOST_PARTS} are the most; shorten it.")


def _number(at: int, count: int) -> str:
    return f"{_BREAK}{at}/{count}"


def _packed(paragraphs: Sequence[str], rules: Rules, manner: Manner, number: str) -> list[str]:
    """Return as many paragraphs in each part as fit, with the link in the first or last."""
    link = f"{_BREAK}{manner.link}" if manner.link else ""
    first_tail = link if manner.link_first else ""
    parts: list[str] = []
    for paragraph in paragraphs:
        for piece in _pieces(paragraph, rules, first_tail + number):
            joined = f"{parts[-1]}{_BREAK}{piece}" if parts else piece
            tail = first_tail if len(parts) <= 1 else ""
            if parts and rules.fits(joined + tail + number):
                parts[-1] = joined
            else:
                parts.append(piece)
    if manner.link_first:
        parts[0] += link
    elif link:
        _close(parts, link, rules, number)
    return parts


def _close(parts: list[str], link: str, rules: Rules, number: str) -> None:
    """Put the link into the last part, or behind what of it can move into one more part."""
    if not rules.fits(parts[-1] + link + number):
        kept, _, last = parts[-1].rpartition(_BREAK)
        if kept and rules.fits(last + link + number):
            parts[-1:] = [kept, last]
        elif rules.fits(link.strip() + number):
            parts.append("")
        else:
            raise Refused(
                f"the link alone is longer than a part of the thread, {rules.limit} characters; let"
                " the account have short links."
            )
    parts[-1] = (parts[-1] + link).strip()


def _pieces(paragraph: str, rules: Rules, tail: str) -> Iterator[str]:
    """Yield a paragraph whole or, where it does not fit, in as many sentences or words as do."""
    rest = paragraph
    while not rules.fits(rest + tail):
        end = _last_fitting(rest, fitting.sentence_ends(rest), rules, tail)
        end = end or _last_fitting(rest, fitting.word_ends(rest), rules, tail)
        end = end or _last_fitting(rest, fitting.safe_ends(rest), rules, tail)
        if not end:
            raise Refused(f"{rest[:40]!r} does not fit into a part of the thread; shorten it.")
        yield rest[:end].rstrip()
        rest = rest[end:].lstrip()
    if rest:
        yield rest


def _last_fitting(rest: str, ends: Sequence[int], rules: Rules, tail: str) -> int:
    """Return the last of `ends` behind which the text still fits, 0 where none."""
    count = fitting.count_fitting(ends, lambda end: rules.fits(rest[:end].rstrip() + tail))
    return next((end for end in reversed(ends[:count]) if _keeps_links(rest, end)), 0)


def _keeps_links(rest: str, end: int) -> bool:
    """Return whether tearing makes no link where there was none, on neither side."""
    after = rest[end:].lstrip()
    start = len(rest) - len(after)
    known = set(text.links(rest))
    follows = {(first + start, last + start) for first, last in text.links(after)}
    return follows <= known and fitting.keeps_links(rest, end, "")
