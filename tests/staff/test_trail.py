"""The trail: who did what to which thing, the latest first."""

from datetime import datetime, timedelta

import pytest

from publisher.staff import trail
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def test_the_latest_line_comes_first(now: datetime) -> None:
    trail.note(None, "post 3", "created", now=now)
    trail.note(None, "post 3", "cancelled", now=now + timedelta(minutes=1))
    assert [line.did for line in trail.of("post 3")] == ["cancelled", "created"]


def test_lines_of_one_moment_keep_their_order(now: datetime) -> None:
    trail.note(None, "post 3", "created", now=now)
    trail.note(None, "post 3", "scheduled", now=now)
    assert [line.did for line in trail.of("post 3")] == ["scheduled", "created"]


def test_a_person_is_named_and_the_house_signs_as_publisher(now: datetime) -> None:
    trail.note(MemberFactory.create(first_name="Ben"), "post 3", "created", now=now)
    trail.note(None, "post 3", "posted", now=now)
    assert [line.who for line in trail.of("post 3")] == ["Publisher", "Ben"]


def test_somebody_without_a_name_is_called_by_their_address(now: datetime) -> None:
    ada = MemberFactory.create(first_name="", email="ada@courier.example")
    trail.note(ada, "post 3", "made", now=now)
    assert trail.of("post 3")[0].who == "ada@courier.example"


def test_another_thing_has_another_trail(now: datetime) -> None:
    trail.note(None, "post 3", "created", now=now)
    assert trail.of("post 31") == []


def test_a_long_trail_is_cut_at_its_old_end(now: datetime) -> None:
    for minute in range(3):
        trail.note(None, "post 3", f"moved {minute}", now=now + timedelta(minutes=minute))
    assert [line.did for line in trail.of("post 3", limit=2)] == ["moved 2", "moved 1"]
