"""A new sending domain begins with little, and has more every day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.throttles.warming import UNLIMITED_AFTER_DAYS, allowance
from tests.delivery.throttles.samples import domain

FIRST = date(2026, 11, 23)


def test_a_known_domain_has_no_limit() -> None:
    assert allowance(domain(None), FIRST) is None


def test_a_new_domain_has_half_as_much_more_every_day() -> None:
    days = [FIRST + timedelta(days=n) for n in range(4)]
    assert [allowance(domain(FIRST), day) for day in days] == [500, 750, 1125, 1687]


def test_before_its_first_day_it_has_what_it_has_on_that() -> None:
    assert allowance(domain(FIRST), FIRST - timedelta(days=3)) == 500


def test_three_weeks_later_it_is_known() -> None:
    assert allowance(domain(FIRST), FIRST + timedelta(days=18)) == 738_945
    assert allowance(domain(FIRST), FIRST + timedelta(days=19)) is None


@given(first_day=st.integers(0, 2**31 - 1), days=st.integers(0, 100))
def test_it_only_grows_and_ends(first_day: int, days: int) -> None:
    young = domain(FIRST, first_day)
    today, tomorrow = (allowance(young, FIRST + timedelta(days=days + n)) for n in (0, 1))
    assert today is None or today >= 1
    assert tomorrow is None or (today is not None and tomorrow >= today)
    assert days < UNLIMITED_AFTER_DAYS or today is None
