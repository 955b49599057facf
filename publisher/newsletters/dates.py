"""Days and moments in words, in a newsletter's own time zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def day(at: datetime, zone: str) -> str:
    """Return a date such as "Saturday, 21 November 2026"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B %Y}"


def moment(at: datetime, zone: str) -> str:
    """Return a time such as "21 November 2026, 07:00 (Europe/Amsterdam)"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M} ({zone})"


def weekday(at: datetime, zone: str) -> str:
    """Return a time near by, such as "Saturday 21 November at 07:00 (Europe/Amsterdam)"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B at %H:%M} ({zone})"


def soon(at: datetime, zone: str, *, now: datetime) -> str:
    """Return a time ahead: "09:25" today, "Tuesday 24 November at 09:25" on another day."""
    local = at.astimezone(ZoneInfo(zone))
    if local.date() == now.astimezone(ZoneInfo(zone)).date():
        return f"{local:%H:%M}"
    return f"{local:%A} {local.day} {local:%B at %H:%M}"


def hours(span: timedelta) -> str:
    """Return a time span in whole hours: "9 hours"; what is shorter is "less than an hour"."""
    whole = span // timedelta(hours=1)
    if not whole:
        return "less than an hour"
    return "1 hour" if whole == 1 else f"{whole} hours"


def span(span: timedelta) -> str:
    """Return a time span in its largest whole unit: "2 hours", "90 minutes"."""
    for name, unit in (("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if span >= unit and not span % unit:
            return f"{span // unit} {name}{'' if span == unit else 's'}"
    return f"{span.total_seconds():.0f} seconds"
