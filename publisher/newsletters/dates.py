"""Days and moments in words, in a newsletter's own time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo


def day(at: datetime, zone: str) -> str:
    """Return a date such as "Saturday, 21 November 2026"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B %Y}"


def moment(at: datetime, zone: str) -> str:
    """Return a time such as "21 November 2026, 07:00 (Europe/Amsterdam)"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M} ({zone})"
