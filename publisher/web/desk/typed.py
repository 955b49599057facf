"""What people type into the desk's forms, checked where it is nobody else's to check."""

from datetime import UTC, datetime, timedelta
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from django.core.files import File
from django.http import QueryDict

from publisher.errors import Refused
from publisher.newsletters.editions import Manner
from publisher.social.videos import MOST_OCTETS

# What a camera makes; every network is given a smaller one.
_PICTURE_OCTETS = 20_000_000


def storable(value: str, field: str) -> str:
    """Return what was typed, stripped; raises Refused for what PostgreSQL cannot store."""
    if "\0" in value:
        raise Refused(f"The {field} has a character that cannot be stored; type it anew.")
    return value.strip()


def picture(file: "File[bytes] | None") -> bytes:
    """Return a picture that was sent; raises Refused where none was, or too large a one."""
    if file is None:
        raise Refused("No picture was chosen; choose a file.")
    if file.size is None or file.size > _PICTURE_OCTETS:
        raise Refused(f"The picture is larger than {_PICTURE_OCTETS:,} octets; make it smaller.")
    return bytes(file.read())


def video(file: "File[bytes] | None") -> BinaryIO:
    """Return a video that was sent, to be read; raises Refused as `picture` does."""
    if file is None or file.file is None:
        raise Refused("No video was chosen; choose a file.")
    if file.size is None or file.size > MOST_OCTETS:
        raise Refused(f"The video is larger than {MOST_OCTETS:,} octets; export a smaller one.")
    return cast(BinaryIO, file.file)


def due_at(form: QueryDict, zone: str, *, now: datetime) -> datetime:
    """Return the moment that a form names, in this zone, or `now` where its button says so.

    Raises Refused for a moment that cannot be read, or that clocks going forward leave out.
    """
    if form.get("when") == "now":
        return now
    try:
        wall = datetime.fromisoformat(form.get("due_at", "")).replace(tzinfo=None)
        at = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused("No day and time is given; choose both, or press “now”.") from error
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise Refused(
            f"{wall:%H:%M} does not exist on that day in {zone}, because the clocks go forward;"
            " choose another time."
        )
    return at


def manner(form: QueryDict) -> Manner:
    """Return how an edition is to leave, as the form under its time says; raises Refused."""
    return Manner(
        breaking="breaking" in form,
        spread=_minutes(form.get("spread", "")),
        clipping_accepted=clipping_accepted(form),
    )


def clipping_accepted(form: QueryDict) -> bool | None:
    """Return True where the box is ticked that a refusal shows, None where it was not there."""
    return True if "accept_clipping" in form else None


def _minutes(raw: str) -> timedelta:
    if not (raw or "0").isdecimal():
        raise Refused(f"“{raw[:20]}” is no number of minutes; choose one of the list.")
    # More digits than a time span holds are more than a day as well.
    return timedelta(minutes=int((raw or "0")[:9]))
