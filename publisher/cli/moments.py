"""What people write for a moment (ISO 8601, `now`, `+10m`) and for a time span (`2h`)."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.errors import Refused

_FROM_NOW = re.compile(r"\+(\d{1,9})([smhd])")
_SPAN = re.compile(r"(\d{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse(raw: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC; one without an offset is meant in `zone`.

    Where the clock was put back and shows a time twice, the first is meant. Raises Refused for one
    that the clock in `zone` never shows.
    """
    words = raw.strip()
    if words.lower() == "now":
        return now
    try:
        if found := _FROM_NOW.fullmatch(words):
            return now + timedelta(**{_UNITS[found[2]]: int(found[1])})
        moment = datetime.fromisoformat(words)
        return (moment if moment.tzinfo else _in_zone(moment, zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(
            f"{raw[:50]!r} is no moment; write 'now', '+10m' (s, m, h, d) or ISO 8601 such as"
            " 2026-11-23T08:00 or 2026-11-23T08:00+01:00."
        ) from error


def span(raw: str) -> timedelta:
    """Return a time span such as `90m`; raises Refused."""
    found = _SPAN.fullmatch(raw.strip())
    if not found:
        raise Refused(f"{raw[:50]!r} is no time span; write one such as 90m or 2h (s, m, h, d).")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def spelled(span: timedelta | None) -> str | None:
    """Return a time span as `span` reads it, in its largest whole unit; None for None."""
    if span is None:
        return None
    seconds = round(span.total_seconds())
    letter, unit = next(
        (letter, unit)
        for letter, unit in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
        if seconds % unit == 0
    )
    return f"{seconds // unit}{letter}"


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    zoned = moment.replace(tzinfo=zone)
    # A time that the clock skips comes back from UTC as another one.
    if zoned.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise Refused(
            f"In {zone.key} the clock is put forward past {moment.isoformat(' ', 'minutes')};"
            " choose another time or write an offset."
        )
    return zoned
