"""Moments as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.cli import moments
from publisher.errors import Refused

NOW = datetime(2026, 11, 23, 8, 0, 0, 250_000, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def parse(raw: str) -> datetime:
    """Return the moment, for somebody in Amsterdam on Monday morning."""
    return moments.parse(raw, now=NOW, zone=AMSTERDAM)


def test_now_is_now() -> None:
    assert parse("now") == parse(" NOW ") == NOW


@pytest.mark.parametrize(
    ("raw", "later"),
    [
        ("+30s", timedelta(seconds=30)),
        ("+10m", timedelta(minutes=10)),
        ("+2h", timedelta(hours=2)),
        ("+7d", timedelta(days=7)),
    ],
)
def test_a_time_from_now(raw: str, later: timedelta) -> None:
    assert parse(raw) == NOW + later


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("2026-11-24T08:00", "2026-11-24T07:00+00:00"),
        ("2026-07-01 08:00", "2026-07-01T06:00+00:00"),
        ("2026-11-24", "2026-11-23T23:00+00:00"),
        ("2026-11-24T08:00Z", "2026-11-24T08:00+00:00"),
        ("2026-11-24T08:00-05:00", "2026-11-24T13:00+00:00"),
    ],
)
def test_without_an_offset_the_newsroom_is_meant(raw: str, utc: str) -> None:
    assert parse(raw) == datetime.fromisoformat(utc)
    assert parse(raw).tzinfo is UTC


def test_a_time_that_the_clock_skips_is_refused() -> None:
    with pytest.raises(Refused, match=r"put forward past 2026-03-29 02:30"):
        parse("2026-03-29T02:30")


def test_of_a_time_that_the_clock_shows_twice_the_first_is_meant() -> None:
    assert parse("2026-10-25T02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("raw", ["", "soon", "+10", "+1w", "10m", "2026-13-01", "+999999999d"])
def test_anything_else_is_refused_with_an_example(raw: str) -> None:
    with pytest.raises(Refused, match=r"write 'now', '\+10m'"):
        parse(raw)


@pytest.mark.parametrize("raw", ["30s", "90m", "2h", "1d"])
def test_a_time_span_is_spelled_as_it_is_read(raw: str) -> None:
    assert moments.spelled(moments.span(f" {raw} ")) == raw


def test_a_time_span_is_spelled_in_its_largest_unit() -> None:
    assert moments.spelled(timedelta(minutes=120)) == "2h"
    assert moments.spelled(None) is None


@pytest.mark.parametrize("raw", ["", "2", "h", "-2h", "1.5h", "2 hours", "9" * 12 + "d"])
def test_what_is_no_time_span_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="is no time span"):
        moments.span(raw)
