"""The trail: who did what to which thing, and when; lines are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from publisher.staff.models import Entry, Member

# Who did it where nobody was logged in: the dispatcher, or the command line.
HOUSE = "Publisher"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody did."""

    at: datetime
    who: str
    did: str


def note(by: Member | None, subject: str, did: str, *, now: datetime) -> None:
    """Write down that `by` did something to `subject` ("edition 7"); None is the house itself."""
    Entry.objects.create(member=by, subject=subject, did=did, at=now)


def note_all(lines: Mapping[str, str], *, now: datetime) -> None:
    """Write down what the house did to many subjects, in one statement."""
    Entry.objects.bulk_create(
        Entry(member=None, subject=subject, did=did, at=now) for subject, did in lines.items()
    )


def of(*subjects: str, limit: int = 50) -> list[Line]:
    """Return what was done to these things, the latest first."""
    entries = (
        Entry.objects.filter(subject__in=subjects).select_related("member").order_by("-at", "-pk")
    )
    return [Line(each.at, _name(each.member), each.did) for each in entries[:limit]]


def _name(member: Member | None) -> str:
    return (member.get_full_name() or member.email) if member else HOUSE
