"""When an account may speak: a law for all rules, and the days on which clocks are set."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import Refused
from publisher.social import slots
from publisher.social.slots import Rules

AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY_DAY = range(7)

# Around the days on which clocks are set in both zones.
MOMENTS = st.sampled_from(
    [datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 7), (3, 28), (10, 24), (10, 31))]
).flatmap(lambda day: st.integers(0, 3 * 24 * 60).map(lambda minutes: day + MINUTE * minutes))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
RULES = st.builds(
    Rules,
    zone=st.sampled_from([AMSTERDAM, NEW_YORK, ZoneInfo("Asia/Kathmandu")]),
    slots=st.lists(st.tuples(st.integers(0, 6), TIMES), max_size=6).map(tuple),
    quiet=st.none() | st.tuples(TIMES, TIMES),
    gap=st.integers(0, 300).map(lambda minutes: MINUTE * minutes),
    most_per_day=st.none() | st.integers(1, 3),
)


def every_day(*times: str) -> tuple[tuple[int, time], ...]:
    return tuple((day, time.fromisoformat(at)) for day in EVERY_DAY for at in times)


def at(raw: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """Return the moment at which a clock shows something, the first time it does."""
    return datetime.fromisoformat(raw).replace(tzinfo=zone).astimezone(UTC)


# ---- The law


@given(RULES, MOMENTS, st.lists(MOMENTS, max_size=12))
def test_what_is_free_keeps_every_rule(
    rules: Rules, wanted: datetime, taken: list[datetime]
) -> None:
    try:
        found = slots.first(rules, wanted, taken)
    except Refused:
        assert rules.slots, "without slots, twelve posts never fill sixty days"
        return
    assert wanted <= found <= wanted + DAY * (slots.DAYS_AHEAD + 1)
    assert slots.objections(rules, found, taken) == []
    assert not rules.slots or found not in taken
    assert not rules.slots or is_in_a_slot(rules, found)
    assert slots.first(rules, wanted, taken[::-1]) == found
    assert slots.first(rules, found, taken) == found


@given(RULES, MOMENTS)
def test_posts_that_are_planned_one_by_one_keep_every_rule_together(
    rules: Rules, wanted: datetime
) -> None:
    planned: list[datetime] = []
    try:
        for _ in range(5):
            planned.append(slots.first(rules, wanted, planned))
    except Refused:
        assert rules.slots
    days = [moment.astimezone(rules.zone).date() for moment in planned]
    assert all(b - a >= rules.gap for a, b in pairwise(planned))
    assert rules.most_per_day is None or all(days.count(d) <= rules.most_per_day for d in days)


def is_in_a_slot(rules: Rules, moment: datetime) -> bool:
    shown = moment.astimezone(rules.zone)
    # A slot that the clock skips, by an hour in these zones, is an hour later on that day.
    before = shown - HOUR if (moment - HOUR).astimezone(rules.zone).dst() != shown.dst() else shown
    return any((each.weekday(), each.time()) in rules.slots for each in (shown, before))


# ---- Slots


def test_an_account_without_rules_speaks_at_once(now: datetime) -> None:
    assert slots.first(Rules(AMSTERDAM), now, [now]) == now


def test_a_post_takes_the_next_slot_that_is_free(now: datetime) -> None:
    rules = Rules(AMSTERDAM, slots=((0, time(12, 30)), (0, time(18)), (2, time(8))))
    noon, evening = at("2026-11-23T12:30"), at("2026-11-23T18:00")
    assert slots.first(rules, now, []) == noon
    assert slots.first(rules, noon, []) == noon
    assert slots.first(rules, now, [noon]) == evening
    assert slots.first(rules, now, [noon, evening]) == at("2026-11-25T08:00")


def test_a_slot_in_quiet_hours_is_none(now: datetime) -> None:
    rules = Rules(AMSTERDAM, slots=every_day("12:30", "18:00"), quiet=(time(12), time(14)))
    assert slots.first(rules, now, []) == at("2026-11-23T18:00")


def test_an_account_that_may_never_speak_says_so(now: datetime) -> None:
    rules = Rules(AMSTERDAM, slots=every_day("23:00"), quiet=(time(22), time(7)))
    with pytest.raises(Refused, match="Nothing is free for 60 days; give the account more slots"):
        slots.first(rules, now, [])


# ---- Quiet hours, the gap, the day


def test_quiet_hours_may_be_past_midnight() -> None:
    rules = Rules(AMSTERDAM, quiet=(time(22), time(7)))
    assert slots.first(rules, at("2026-11-23T21:59"), []) == at("2026-11-23T21:59")
    assert slots.first(rules, at("2026-11-23T22:00"), []) == at("2026-11-24T07:00")
    assert slots.first(rules, at("2026-11-24T06:59"), []) == at("2026-11-24T07:00")


def test_the_gap_holds_before_and_after_what_is_taken(now: datetime) -> None:
    rules = Rules(AMSTERDAM, gap=10 * MINUTE)
    assert slots.first(rules, now, [now + 5 * MINUTE]) == now + 15 * MINUTE
    assert slots.first(rules, now, [now - 5 * MINUTE]) == now + 5 * MINUTE
    assert slots.first(rules, now, [now, now + 15 * MINUTE]) == now + 25 * MINUTE


def test_a_full_day_ends_at_the_accounts_own_midnight(now: datetime) -> None:
    rules = Rules(NEW_YORK, most_per_day=2)
    taken = [at("2026-11-23T00:05", NEW_YORK), at("2026-11-23T23:55", NEW_YORK)]
    assert slots.first(rules, now, taken) == at("2026-11-24T00:00", NEW_YORK)


# ---- The days on which clocks are set


@pytest.mark.parametrize(
    ("zone", "day"), [(AMSTERDAM, "2026-03-29"), (NEW_YORK, "2026-03-08")], ids=str
)
def test_a_slot_that_the_clock_skips_comes_an_hour_later(zone: ZoneInfo, day: str) -> None:
    rules = Rules(zone, slots=every_day("02:30"))
    found = slots.first(rules, at(f"{day}T00:00", zone), [])
    assert found.astimezone(zone).isoformat()[:16] == f"{day}T03:30"


@pytest.mark.parametrize(
    ("zone", "day", "hour"), [(AMSTERDAM, "2026-10-25", 2), (NEW_YORK, "2026-11-01", 1)], ids=str
)
def test_a_slot_that_the_clock_shows_twice_comes_once(zone: ZoneInfo, day: str, hour: int) -> None:
    rules = Rules(zone, slots=every_day(f"0{hour}:30"))
    found = slots.first(rules, at(f"{day}T00:00", zone), [])
    assert found == at(f"{day}T0{hour}:30", zone)
    assert slots.first(rules, found + MINUTE, []) > found + 23 * HOUR


@pytest.mark.parametrize(
    ("zone", "eve"),
    [(AMSTERDAM, "2026-03-28"), (AMSTERDAM, "2026-10-24"), (NEW_YORK, "2026-03-07")],
)
def test_quiet_hours_end_by_the_clock_on_every_day(zone: ZoneInfo, eve: str) -> None:
    rules = Rules(zone, quiet=(time(22), time(7)))
    found = slots.first(rules, at(f"{eve}T23:00", zone), [])
    assert (found - at(f"{eve}T23:00", zone)) != 8 * HOUR
    assert found.astimezone(zone).time() == time(7)


def test_it_is_quiet_again_when_the_clock_shows_quiet_hours_again() -> None:
    rules = Rules(AMSTERDAM, quiet=(time(1), time(2, 30)))
    half_past_two = at("2026-10-25T02:30")
    assert slots.first(rules, at("2026-10-25T01:00"), []) == half_past_two
    assert slots.first(rules, half_past_two + 40 * MINUTE, []) == half_past_two + HOUR


# ---- What an editor is told


def test_a_chosen_time_is_told_what_speaks_against_it() -> None:
    rules = Rules(AMSTERDAM, (), (time(22), time(7)), gap=10 * MINUTE, most_per_day=1)
    chosen = at("2026-11-23T22:05")
    assert slots.objections(rules, chosen, [at("2026-11-23T21:58")]) == [
        "It is in the quiet hours from 22:00 to 07:00.",
        "Another post goes out at 21:58, and the gap is 10 minutes.",
        "The day has all of its posts already: 1.",
    ]
    assert slots.objections(rules, at("2026-11-23T12:00"), []) == []
