"""The few filters: moments in words, in the newsroom's or a newsletter's zone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import engines
from jinja2 import UndefinedError

from publisher.web import pages

SATURDAY = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def test_a_moment_is_spelled_out_with_its_zone() -> None:
    spelled = pages.moment(SATURDAY, "Europe/Amsterdam")
    assert spelled == "Saturday 21 November at 07:00 (Europe/Amsterdam)"


def test_a_day_is_the_one_that_the_zone_is_in() -> None:
    assert pages.day(SATURDAY, "Pacific/Honolulu") == "Friday 20 November 2026"
    assert pages.iso_day(SATURDAY, "Pacific/Honolulu") == "2026-11-20"


def test_a_field_gets_the_time_on_the_wall() -> None:
    assert pages.local(SATURDAY, "Europe/Amsterdam") == "2026-11-21T07:00"
    assert pages.local(None) == ""


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=0.4), "now"),
        (timedelta(seconds=1), "in 1 second"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes"),
        (timedelta(hours=25), "in 1 day"),
        (timedelta(seconds=-90), "1 minute ago"),
    ],
)
def test_how_far_off_is_said_in_the_largest_unit(away: timedelta, said: str) -> None:
    assert pages.until(SATURDAY + away, SATURDAY) == said


def test_counts_read_well() -> None:
    assert pages.plural(1, "reader") == "1 reader"
    assert pages.plural(20_000, "reader") == "20,000 readers"


def test_an_asset_is_named_by_what_is_in_it() -> None:
    address, version = pages.asset("site.css").split("?v=")
    assert address == "/static/site.css"
    assert len(version) == 8


def test_a_template_that_asks_for_what_is_not_there_fails_loudly() -> None:
    with pytest.raises(UndefinedError):
        engines["jinja2"].from_string("{{ page.nothing }}").render({"page": SATURDAY})
