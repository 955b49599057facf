"""Posts leave as far apart as they were planned, after an outage too; breaking news before all."""

from datetime import datetime, timedelta

import pytest

from publisher.social import posts, queries
from publisher.social.models import Account
from tests.factories import AccountFactory, PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def courier() -> Account:
    return AccountFactory.create(name="courier", gap=10 * MINUTE)


def backlog(account: Account, now: datetime, *texts: str) -> None:
    """Leave posts behind that were planned a quarter of an hour apart, the last one now."""
    for number, text in enumerate(reversed(texts)):
        PostFactory.create(account=account, text=text, due_at=now - 15 * MINUTE * number)


def test_a_backlog_leaves_at_the_accounts_gap(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    backlog(courier, now, "Ahoy", "Land", "Mutiny")
    for minutes in (0, 9, 10, 19, 20):
        turn(now + MINUTE * minutes)
    sent = [(text, round((at - now) / MINUTE)) for text, at in network.calls]
    assert sent == [("Ahoy", 0), ("Land", 10), ("Mutiny", 20)]


def test_the_backlog_of_one_account_does_not_hold_up_another(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    backlog(courier, now, "Ahoy", "Land")
    PostFactory.create(text="Elsewhere")
    turn(now)
    assert sorted(network.timeline) == ["Ahoy", "Elsewhere"]


def test_what_an_editor_planned_close_together_leaves_so(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    PostFactory.create(account=courier, text="Ahoy", due_at=now - MINUTE)
    PostFactory.create(account=courier, text="Land")
    turn(now)
    assert network.timeline == ["Ahoy", "Land"]


def test_without_a_gap_everything_leaves_at_once(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    backlog(AccountFactory.create(gap=timedelta(0)), now, "Ahoy", "Land")
    turn(now)
    assert network.timeline == ["Ahoy", "Land"]


def test_breaking_news_goes_before_the_rest_and_waits_for_nobody(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    backlog(courier, now, "Ahoy", "Land")
    PostFactory.create(account=courier, text="Fire!", is_breaking=True)
    turn(now)
    assert network.timeline == ["Fire!", "Ahoy"]


def test_a_post_that_was_put_off_keeps_nobody_waiting(courier: Account, now: datetime) -> None:
    PostFactory.create(account=courier, due_at=now + HOUR, planned_at=now - HOUR)
    other = PostFactory.create(account=courier)
    assert posts.claim_due(now=now) == [other.pk]


def test_the_parts_of_a_thread_need_no_gap(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    first = PostFactory.create(account=courier, text="Ahoy", due_at=now - HOUR)
    PostFactory.create(account=courier, text="Land", thread=first, parent=first)
    turn(now)
    turn(now)
    assert network.timeline == ["Ahoy", "Land"]


def test_what_was_sent_by_an_unsure_call_was_sent(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    PostFactory.create(
        account=courier,
        state="unsure",
        due_at=now + HOUR,
        planned_at=now - HOUR,
        sent_at=now - 5 * MINUTE,
    )
    post = PostFactory.create(account=courier)
    turn(now)
    assert queries.post(post.pk).state == "scheduled"
    turn(now + 5 * MINUTE)
    assert queries.post(post.pk).state == "posted"
