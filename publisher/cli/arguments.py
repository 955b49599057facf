"""Arguments that several commands take, and what they mean."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from django.conf import settings

from publisher.cli import moments

At = Annotated[
    str,
    typer.Option("--at", metavar="ISO8601", help="When: ISO 8601, 'now' or a time such as '+10m'."),
]
Number = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1)]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]


def moment(raw: str, *, now: datetime) -> datetime:
    """Return the moment that was asked for; without an offset it is in the newsroom's zone."""
    return moments.parse(raw, now=now, zone=newsroom_zone())


def moment_if(raw: str, *, now: datetime) -> datetime | None:
    """Return the moment that was asked for, None where none was."""
    return moment(raw, now=now) if raw else None


def newsroom_zone() -> ZoneInfo:
    """Return the time zone that people here live in."""
    return ZoneInfo(settings.TIME_ZONE)
