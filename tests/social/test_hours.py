"""Hours are proposed from an account's own figures, once there are enough."""

from datetime import UTC, datetime, time, timedelta

import pytest

from publisher.social import hours
from publisher.social.hours import Told
from publisher.social.models import Account, Outcome
from tests.factories import AccountFactory, PostFactory

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def told(hour: int, reactions: int, posts: int, impressions: int | None = None) -> list[Told]:
    """Return what came of posts at one hour of Monday."""
    return [Told(MONDAY.replace(hour=hour), reactions, impressions)] * posts


def best(*posts: list[Told], per_day: int = 3) -> list[tuple[int, time]] | None:
    found = hours.best([each for some in posts for each in some], per_day=per_day)
    return None if found is None else list(hours.slots(found))


def test_with_few_posts_nothing_is_proposed() -> None:
    assert best(told(8, 5, hours.LEAST_POSTS - 1)) is None


def test_hours_that_do_better_than_the_average_are_proposed_by_day() -> None:
    found = best(told(8, 50, 15), told(12, 2, 15), told(18, 80, 15))
    assert found == [(0, time(8)), (0, time(18))]
    assert best(told(8, 50, 15), told(12, 2, 15), told(18, 80, 15), per_day=1) == [(0, time(18))]


def test_one_lucky_post_does_not_beat_an_hour_that_does_well_every_time() -> None:
    found = hours.best([*told(8, 40, 20), *told(12, 2, 20), *told(20, 90, 1)], per_day=1)
    assert found is not None
    assert [each.at for each in found] == [time(8)]


def test_who_saw_a_post_is_taken_into_account_where_the_network_tells() -> None:
    many, few = told(8, 50, 20, impressions=100_000), told(12, 40, 20, impressions=400)
    assert best(many, few) == [(0, time(12))]
    assert best(many, few, told(12, 1, 1)) == [(0, time(8))]


def test_where_nobody_reacts_no_hour_is_better() -> None:
    assert best(told(8, 0, 40)) == []


@pytest.fixture
def courier() -> Account:
    return AccountFactory.create(time_zone="Europe/Amsterdam")


@pytest.mark.django_db
def test_the_hours_are_those_of_the_accounts_own_clock(courier: Account, now: datetime) -> None:
    for week in range(1, 17):
        for hour, likes in ((7, 30), (11, 1)):
            # In September, when the clock in Amsterdam is two hours ahead; later one.
            at = datetime(2026, 11, 23, tzinfo=UTC) - week * 7 * DAY
            shown = at.replace(hour=hour - (1 if at > datetime(2026, 10, 25, tzinfo=UTC) else 2))
            post = PostFactory.create(account=courier, state="posted", posted_at=shown)
            Outcome.objects.create(post=post, likes=likes, read_at=now)
    found = hours.proposed(courier.name, now=now)
    assert found is not None
    assert [(each.weekday, each.at, each.posts) for each in found] == [(0, time(7), 16)]
    assert found[0].gain > 0.2


@pytest.mark.django_db
def test_a_post_of_yesterday_is_too_young_to_tell(courier: Account, now: datetime) -> None:
    for number in range(40):
        post = PostFactory.create(
            account=courier, state="posted", posted_at=now - timedelta(minutes=number)
        )
        Outcome.objects.create(post=post, likes=1, read_at=now)
    assert hours.proposed(courier.name, now=now) is None
    assert hours.proposed(courier.name, now=now + 2 * DAY) is not None
