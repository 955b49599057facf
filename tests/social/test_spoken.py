"""What people write for the habits of an account, and what is none of them."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import Refused
from publisher.social import spoken

HOUR = 3600
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("raw", "steps"),
    [
        ("now +2h +1d", [0, 2 * HOUR, 24 * HOUR]),
        ("+1d NOW", [0, 24 * HOUR]),
        ("2h", [2 * HOUR]),
        ("now +0m", [0]),
    ],
)
def test_a_timeline_is_steps_after_the_article_came_out(raw: str, steps: list[int]) -> None:
    assert spoken.timeline(raw) == steps


@pytest.mark.parametrize("raw", ["", "soon", "now +2x", "-2h", "+61d", "now+2h", "+1h " * 3 + "x"])
def test_what_is_no_timeline_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="now \\+2h"):
        spoken.timeline(raw)


@pytest.mark.parametrize(
    ("raw", "slots"),
    [
        ("mon 8:00", ((0, time(8)),)),
        ("mon-tue 08:00 18:00", ((0, time(8)), (0, time(18)), (1, time(8)), (1, time(18)))),
        ("Sat-Mon 10:00", ((0, time(10)), (5, time(10)), (6, time(10)))),
        ("wed,fri 12:30; wed 12:30;", ((2, time(12, 30)), (4, time(12, 30)))),
        ("daily 00:00", tuple((day, time(0)) for day in range(7))),
        ("none", ()),
    ],
)
def test_slots_are_days_with_times(raw: str, slots: spoken.Slots) -> None:
    assert spoken.slots(raw) == slots


@pytest.mark.parametrize("raw", ["", ";", "mon", "08:00", "mon 24:00", "monday 8:00", "mon-x 8:00"])
def test_what_are_no_slots_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="are no slots; write days and times as 'mon-fri 08:00"):
        spoken.slots(raw)


@given(st.sets(st.tuples(st.integers(0, 6), TIMES), max_size=20))
def test_slots_are_spelled_as_they_are_read(found: set[tuple[int, time]]) -> None:
    slots = tuple(sorted(found))
    assert spoken.slots(spoken.spelled_slots(slots)) == slots


def test_days_with_the_same_times_are_spelled_together() -> None:
    raw = "mon-fri 08:00 12:30; sat,sun 10:00"
    assert spoken.spelled_slots(spoken.slots(raw)) == raw


@given(st.sets(st.integers(0, 60 * 86_400), min_size=1, max_size=20).map(sorted))
def test_a_timeline_is_spelled_as_it_is_read(steps: list[int]) -> None:
    assert spoken.timeline(spoken.spelled_timeline(steps)) == steps


def test_quiet_hours_are_from_one_time_to_another() -> None:
    assert spoken.quiet("22:00-07:00") == (time(22), time(7))
    assert spoken.quiet("none") is None


@pytest.mark.parametrize("raw", ["", "22:00", "22-7", "22:00-22:00", "22:00-07:00-08:00"])
def test_what_are_no_quiet_hours_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="are no quiet hours; write them as 22:00-07:00"):
        spoken.quiet(raw)


@pytest.mark.parametrize(("raw", "seconds"), [("10m", 600), ("0m", 0), ("30D", 30 * 86_400)])
def test_a_span_is_a_number_with_a_unit(raw: str, seconds: int) -> None:
    assert spoken.span(raw) == timedelta(seconds=seconds)


@pytest.mark.parametrize("raw", ["", "10", "-10m", "1.5h", "999999999d", "10 m"])
def test_what_is_no_span_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="is no time span; write one such as 90m"):
        spoken.span(raw)


def test_a_span_may_have_to_be_longer() -> None:
    assert spoken.span("1m", timedelta(minutes=1)) == timedelta(minutes=1)
    with pytest.raises(Refused, match="'59s' is too short; write 1m or more"):
        spoken.span("59s", timedelta(minutes=1))


@pytest.mark.parametrize(
    ("raw", "micros"),
    [("50", 50_000_000), ("$0.5", 500_000), ("0.000001", 1), ("0", 0), ("none", None)],
)
def test_a_budget_is_dollars(raw: str, micros: int | None) -> None:
    assert spoken.budget(raw) == micros


@pytest.mark.parametrize("raw", ["", "-1", "1e3", "fifty", "1.0000001", "50 €"])
def test_what_is_no_budget_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="is no amount of dollars; write one such as 50"):
        spoken.budget(raw)


def test_so_many_a_day_is_a_number_or_none() -> None:
    assert (spoken.most("12"), spoken.most("none")) == (12, None)
    for raw in ("0", "-1", "many", "10000"):
        with pytest.raises(Refused, match="is no number of posts a day"):
            spoken.most(raw)


def test_a_zone_is_one_of_the_iana_database() -> None:
    assert (spoken.zone("Europe/Amsterdam"), spoken.zone("none")) == ("Europe/Amsterdam", "")
    for raw in ("Amsterdam", "", "../etc", "Europe"):
        with pytest.raises(Refused, match="is no time zone; write one such as Europe/Amsterdam"):
            spoken.zone(raw)
