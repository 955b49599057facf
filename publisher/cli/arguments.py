"""Arguments that several commands take, and what they mean."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from django.conf import settings

from publisher.cli import moments
from publisher.errors import Refused

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


def words_in(path: Path) -> str:
    """Return the text of a file; raises Refused where it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not UTF-8; save it as UTF-8.") from error
