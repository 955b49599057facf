"""Who asks us to slow down rests, longer each time, and recovers step by step."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.throttles.pace import (
    REMEMBERED_FOR,
    RESTS,
    SLOWEST,
    Pace,
    asks_to_slow_down,
    slower,
)
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def test_the_first_time_it_rests_a_minute_and_then_gets_half(now: datetime) -> None:
    assert slower(None, 40.0, now=now) == Pace(20.0, 1, now + MINUTE)


def test_while_it_rests_nothing_is_asked_again(now: datetime) -> None:
    pace = slower(None, 40.0, now=now)
    assert slower(pace, 40.0, now=now + timedelta(seconds=59)) == pace
    assert pace.at(now + timedelta(seconds=59), 40.0) == 0


def test_after_its_rest_it_gets_a_tenth_more_every_minute(now: datetime) -> None:
    pace = slower(None, 40.0, now=now)
    rates = [pace.at(now + MINUTE * minutes, 40.0) for minutes in (1, 2, 5, 6)]
    assert rates == [20.0, 24.0, 36.0, None]


def test_every_further_time_it_rests_longer_and_gets_half_of_what_it_got(now: datetime) -> None:
    pace = slower(None, 40.0, now=now)
    again = slower(pace, 40.0, now=now + 2 * MINUTE)
    assert again == Pace(12.0, 2, now + 2 * MINUTE + RESTS[1])


def test_who_recovered_and_asks_again_the_same_day_has_asked_before(now: datetime) -> None:
    pace = slower(None, None, now=now)
    again = slower(pace, None, now=now + 60 * MINUTE)
    assert (again.rate, again.times) == (10.0, 2)


def test_what_was_asked_yesterday_is_forgotten(now: datetime) -> None:
    pace = Pace(1.0, 6, now)
    again = slower(pace, None, now=now + REMEMBERED_FOR + MINUTE)
    assert (again.times, again.rests_until) == (1, now + REMEMBERED_FOR + 2 * MINUTE)


@given(st.lists(st.integers(0, 10_000), max_size=30), st.none() | st.floats(0.1, 1000))
def test_whatever_is_asked_when_it_never_stops_for_good(
    waits: list[int], usual: float | None
) -> None:
    pace, now = None, NOW
    for seconds in waits:
        now += timedelta(seconds=seconds)
        pace = slower(pace, usual, now=now)
        assert pace.rests_until - now <= RESTS[-1]
        assert pace.rate >= SLOWEST
        assert pace.at(pace.rests_until + 11 * MINUTE, usual) is None


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        (421, "4.7.28 Gmail has detected an unusual rate of unsolicited mail"),
        (421, "4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred"),
        (451, "4.7.650 The mail server [192.0.2.1] has been temporarily rate limited"),
        (421, "Too many connections"),
        (450, "4.7.1 Error: too much mail from 192.0.2.1"),
        (451, "4.4.5 Insufficient system resources"),
    ],
)
def test_providers_ask_in_these_words(code: int, detail: str) -> None:
    assert asks_to_slow_down(code, detail)


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        (250, "2.0.0 taken"),
        (452, "4.2.2 mailbox full"),
        (450, "4.2.1 The user you are trying to contact is receiving mail at a rate that"),
        (451, "4.7.1 Greylisted, please try again in 300 seconds"),
        (451, "4.3.0 Temporary lookup failure"),
        (550, "5.7.1 Blocked"),
    ],
)
def test_what_concerns_one_mail_slows_nobody_down(code: int, detail: str) -> None:
    assert not asks_to_slow_down(code, detail)
