"""What came of posts: read back now and then, many at a time, within a day's budget."""

from datetime import datetime, timedelta

import pytest

from publisher.channels import Temporary
from publisher.social import figures
from publisher.social.models import Account, Outcome, Post
from tests.factories import PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def out(account: Account, turn: Turn, now: datetime) -> Account:
    """Return an account that has posted three times."""
    PostFactory.create_batch(3, account=account)
    turn(now)
    return account


def read(network: FakeNetwork, now: datetime) -> None:
    for account_id in figures.claim_due(now=now):
        figures.read(account_id, now=now, connect=network.connect)


@pytest.mark.usefixtures("out")
def test_figures_are_read_an_hour_later_in_as_few_calls_as_it_takes(
    network: FakeNetwork, now: datetime
) -> None:
    read(network, now + 59 * MINUTE)
    assert network.asked == []
    read(network, now + HOUR)
    assert sorted(map(len, network.asked)) == [1, 2]
    assert set(Outcome.objects.values_list("likes", flat=True)) == {10, 20, 30}


@pytest.mark.usefixtures("out")
def test_they_are_read_again_the_next_day_and_not_before(
    network: FakeNetwork, now: datetime
) -> None:
    read(network, now + HOUR)
    read(network, now + 20 * HOUR)
    assert len(network.asked) == 2
    read(network, now + 24 * HOUR)
    assert len(network.asked) == 4


def test_no_more_are_read_than_the_day_allows(
    network: FakeNetwork, out: Account, now: datetime
) -> None:
    Account.objects.filter(pk=out.pk).update(most_figures_per_day=2)
    read(network, now + HOUR)
    read(network, now + 2 * HOUR)
    assert [len(ids) for ids in network.asked] == [2]
    read(network, now + 25 * HOUR)
    assert [len(ids) for ids in network.asked] == [2, 2]


@pytest.mark.usefixtures("out")
def test_a_network_that_has_enough_is_asked_when_it_says(
    network: FakeNetwork, now: datetime
) -> None:
    network.blind = [Temporary("Too many.", retry_at=now + 3 * HOUR)]
    read(network, now + HOUR)
    read(network, now + 2 * HOUR)
    assert network.asked == []
    read(network, now + 3 * HOUR)
    assert len(network.asked) == 2


@pytest.mark.usefixtures("out")
def test_a_deleted_post_is_asked_about_no_more(network: FakeNetwork, now: datetime) -> None:
    Post.objects.update(state="deleted")
    read(network, now + HOUR)
    assert network.asked == []
