"""What people write for the habits of an account, and how these are written back to them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.errors import Refused
from publisher.social.slots import DAYS_AHEAD

# Where a habit can be without a value.
NONE = "none"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LONGEST_WORD = 100

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,9})([smhd])")
_DOLLARS = re.compile(r"\$?(\d{1,7})(?:\.(\d{1,6}))?")
_MICROS = 1_000_000
_LONGEST_SPAN = timedelta(days=3650)
_MOST_STEPS = 20
_MOST_SLOTS = 7 * 48

Slots = tuple[tuple[int, time], ...]


def timeline(raw: str) -> list[int]:
    """Return when an article is spoken of, in seconds after it came out, of "now +2h +1d"."""
    steps = sorted({_step(word, raw) for word in raw.lower().split()})
    if not 0 < len(steps) <= _MOST_STEPS:
        raise Refused(f"A timeline has one to {_MOST_STEPS} steps; write them as 'now +2h +1d'.")
    return steps


def slots(raw: str) -> Slots:
    """Return weekdays, Monday is 0, with times, of "mon-fri 08:00 12:30; sat 10:00"."""
    if raw.strip().lower() == NONE:
        return ()
    parts = (part.split() for part in raw.lower().split(";"))
    found = tuple(sorted({slot for words in parts if words for slot in _slots(words, raw)}))
    if not 0 < len(found) <= _MOST_SLOTS:
        raise _no_slots(raw)
    return found


def quiet(raw: str) -> tuple[time, time] | None:
    """Return from when to when it is quiet, of "22:00-07:00"; None of "none"."""
    if raw.strip().lower() == NONE:
        return None
    start, _, end = raw.partition("-")
    hours = _time(start), _time(end)
    if hours[0] is None or hours[1] is None or hours[0] == hours[1]:
        raise Refused(f"{_cut(raw)} are no quiet hours; write them as 22:00-07:00, or 'none'.")
    return hours[0], hours[1]


def span(raw: str, at_least: timedelta = timedelta(0)) -> timedelta:
    """Return a time span of "10m"; raises Refused for one that is shorter than `at_least`."""
    found = _SPAN.fullmatch(raw.strip().lower())
    seconds = int(found[1]) * _UNITS[found[2]] if found else None
    if seconds is None or seconds > _LONGEST_SPAN.total_seconds():
        raise Refused(f"{_cut(raw)} is no time span; write one such as 90m or 2h (s, m, h, d).")
    if seconds < at_least.total_seconds():
        raise Refused(f"{_cut(raw)} is too short; write {spelled_span(at_least)} or more.")
    return timedelta(seconds=seconds)


def budget(raw: str) -> int | None:
    """Return millionths of a dollar, of "50" or "$0.50"; None of "none"."""
    if raw.strip().lower() == NONE:
        return None
    found = _DOLLARS.fullmatch(raw.strip())
    if not found:
        raise Refused(f"{_cut(raw)} is no amount of dollars; write one such as 50, or 'none'.")
    return int(found[1]) * _MICROS + int((found[2] or "").ljust(6, "0"))


def most(raw: str) -> int | None:
    """Return how many a day at most, of "12"; None of "none"."""
    if raw.strip().lower() == NONE:
        return None
    if not re.fullmatch(r"[1-9]\d{0,3}", raw.strip()):
        raise Refused(f"{_cut(raw)} is no number of posts a day; write one such as 12, or 'none'.")
    return int(raw)


def count(raw: str, at_most: int) -> int:
    """Return a whole number of "12"; raises Refused for one above `at_most`."""
    if not re.fullmatch(r"\d{1,9}", raw.strip()) or int(raw) > at_most:
        raise Refused(f"{_cut(raw)} is no number; write one from 0 to {at_most}.")
    return int(raw)


def word(raw: str) -> str:
    """Return a word that goes into links; "" of "none", for what is usual."""
    found = raw.strip()
    if found.lower() == NONE:
        return ""
    if len(found) > LONGEST_WORD or not found.isprintable():
        raise Refused(f"{_cut(raw)} is too long for a link; write up to {LONGEST_WORD} characters.")
    return found


def names(raw: str) -> list[str]:
    """Return what stands in lines of its own; nothing of "none"."""
    if raw.strip().lower() == NONE:
        return []
    return [line for each in raw.splitlines() if (line := each.strip())]


def zone(raw: str) -> str:
    """Return the key of a time zone; "" of "none", for the newsroom's."""
    if raw.strip().lower() == NONE:
        return ""
    try:
        return ZoneInfo(raw.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(
            f"{_cut(raw)} is no time zone; write one such as Europe/Amsterdam, or 'none'."
        ) from error


def spelled_timeline(steps: Iterable[int]) -> str:
    """Return a timeline as `timeline` reads it."""
    return " ".join(
        f"+{spelled_span(timedelta(seconds=step))}" if step else "now" for step in steps
    )


def spelled_slots(found: Slots) -> str:
    """Return slots as `slots` reads them, days with the same times together."""
    times = {
        day: tuple(at for _, at in of_day)
        for day, of_day in groupby(sorted(found), key=lambda slot: slot[0])
    }
    alike = dict.fromkeys(times.values())
    parts = (
        f"{_spelled_days([day for day in times if times[day] == each])} "
        + " ".join(f"{at:%H:%M}" for at in each)
        for each in alike
    )
    return "; ".join(parts) or NONE


def spelled_span(length: timedelta) -> str:
    """Return a time span as `span` reads it, in its largest whole unit."""
    seconds = round(length.total_seconds())
    letter, unit = next(
        (letter, unit) for letter, unit in reversed(_UNITS.items()) if seconds % unit == 0
    )
    return f"{seconds // unit}{letter}" if seconds else "0m"


def _step(word: str, raw: str) -> int:
    found = _SPAN.fullmatch(word.removeprefix("+"))
    seconds = 0 if word == "now" else int(found[1]) * _UNITS[found[2]] if found else -1
    if not 0 <= seconds <= timedelta(days=DAYS_AHEAD).total_seconds():
        raise Refused(
            f"{_cut(raw)} is no timeline; write steps of at most {DAYS_AHEAD} days, as 'now +2h"
            " +1d'."
        )
    return seconds


def _slots(words: Sequence[str], raw: str) -> Iterator[tuple[int, time]]:
    days, *times = words
    if not times:
        raise _no_slots(raw)
    for at in map(_time, times):
        if at is None:
            raise _no_slots(raw)
        for day in _days(days, raw):
            yield day, at


def _days(raw_days: str, raw: str) -> Iterator[int]:
    for part in raw_days.replace("daily", "mon-sun").split(","):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise _no_slots(raw)
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        # From Saturday to Monday is past the end of the week.
        yield from ((start + number) % 7 for number in range((end - start) % 7 + 1))


def _spelled_days(days: Sequence[int]) -> str:
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return ",".join(WEEKDAYS[day] for day in days)


def _time(raw: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", raw.strip())
    return time(int(found[1]), int(found[2])) if found else None


def _no_slots(raw: str) -> Refused:
    return Refused(
        f"{_cut(raw)} are no slots; write days and times as 'mon-fri 08:00 12:30; sat 10:00', or"
        " 'none'."
    )


def _cut(raw: str) -> str:
    return repr(raw[:50])
