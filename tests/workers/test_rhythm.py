"""The dispatcher's rhythm: by how much time has passed, whatever the time of day is said to be."""

from datetime import datetime, timedelta

from workers.rhythm import Steady

HOUR = timedelta(hours=1)


def test_a_run_that_is_said_to_be_an_hour_from_now_holds_up_nothing(now: datetime) -> None:
    assert Steady(1e-9).is_due(now + HOUR).is_due


def test_a_run_that_is_said_to_be_an_hour_ago_hurries_nothing(now: datetime) -> None:
    is_due, seconds = Steady(60).is_due(now - HOUR)
    assert not is_due
    assert 59 < seconds <= 60
