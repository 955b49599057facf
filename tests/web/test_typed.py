"""A moment that somebody types is one on the wall of the newsletter's city."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from publisher.errors import Refused
from publisher.web.desk import typed

ZONE = "Europe/Amsterdam"


def moment(raw: str, now: datetime) -> datetime:
    form = QueryDict(mutable=True)
    form["due_at"] = raw
    return typed.due_at(form, ZONE, now=now)


def test_the_wall_clock_is_the_zones(now: datetime) -> None:
    assert moment("2026-11-21T07:00", now) == datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    assert moment("2026-07-21T07:00", now) == datetime(2026, 7, 21, 5, 0, tzinfo=UTC)


def test_a_moment_that_comes_twice_is_the_first(now: datetime) -> None:
    assert moment("2026-10-25T02:30", now) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_moment_that_does_not_come_is_refused(now: datetime) -> None:
    with pytest.raises(Refused, match="02:30 does not exist on that day in Europe/Amsterdam"):
        moment("2027-03-28T02:30", now)


@pytest.mark.parametrize("raw", ["", "tomorrow", "2026-13-01T07:00", "0001-01-01T00:00", "9" * 99])
def test_what_is_no_moment_is_refused(now: datetime, raw: str) -> None:
    with pytest.raises(Refused, match="No day and time is given"):
        moment(raw, now)


def test_the_button_for_now_needs_no_moment(now: datetime) -> None:
    assert typed.due_at(QueryDict("when=now&due_at="), ZONE, now=now) == now


def test_what_cannot_be_stored_is_refused() -> None:
    assert typed.storable("  High water ", "subject") == "High water"
    with pytest.raises(Refused, match="The subject has a character"):
        typed.storable("High\0water", "subject")
