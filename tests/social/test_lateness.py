"""What is too late asks before it goes out."""

from datetime import datetime, timedelta

import pytest

from publisher.channels import Temporary
from publisher.social import holding, posts, queries
from publisher.social.models import Account
from publisher.staff import trail
from tests.factories import AccountFactory, PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def courier() -> Account:
    """Return an account whose posts may be two hours late."""
    return AccountFactory.create(name="courier", gap=timedelta(0))


def test_a_post_that_is_too_late_after_an_outage_asks(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    post = PostFactory.create(account=courier)
    turn(now + 5 * HOUR)
    line = queries.post(post.pk)
    assert (network.calls, line.state, line.due_at) == ([], "approved", None)
    assert line.reason == (
        "It was due on 2026-11-23 08:00 UTC and is 5 hours late; schedule it again or cancel it."
    )
    assert trail.of(f"post {post.pk}")[0].did == f"held back: {line.reason}"


def test_a_post_that_is_just_in_time_goes_out(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    PostFactory.create(account=courier, text="Ahoy")
    turn(now + 2 * HOUR)
    assert network.timeline == ["Ahoy"]


def test_a_post_that_asked_goes_out_when_it_is_scheduled_again(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    post = PostFactory.create(account=courier, text="Ahoy")
    turn(now + 5 * HOUR)
    posts.schedule(post.pk, now + 5 * HOUR, by=None, now=now + 5 * HOUR)
    turn(now + 5 * HOUR)
    assert (network.timeline, queries.post(post.pk).reason) == (["Ahoy"], "")


def test_attempts_that_put_a_post_off_do_not_make_it_younger(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    post = PostFactory.create(account=courier)
    network.before = [Temporary("X takes no more until tomorrow.", now + 24 * HOUR)]
    turn(now)
    turn(now + 24 * HOUR)
    line = queries.post(post.pk)
    assert (len(network.calls), line.state) == (1, "approved")
    assert "is 1 day late" in line.reason


def test_breaking_news_is_too_late_after_half_an_hour(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    fire = PostFactory.create(account=courier, is_breaking=True, text="Fire!")
    flood = PostFactory.create(
        account=courier, is_breaking=True, text="Flood!", due_at=now - SECOND
    )
    turn(now + holding.MOST_LATE_BREAKING)
    assert network.timeline == ["Fire!"]
    assert "is 30 minutes late" in queries.post(flood.pk).reason
    assert queries.post(fire.pk).state == "posted"


def test_a_thread_asks_as_a_whole(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    first = PostFactory.create(account=courier)
    second = PostFactory.create(account=courier, thread=first, parent=first)
    turn(now + 3 * HOUR)
    assert network.calls == []
    assert [queries.post(each.pk).state for each in (first, second)] == ["approved"] * 2


def test_a_thread_that_has_begun_is_never_late(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    first = PostFactory.create(account=courier, state="posted", sent_at=now, network_id="1")
    PostFactory.create(account=courier, thread=first, parent=first, text="Land")
    turn(now + 24 * HOUR)
    assert network.timeline == ["Land"]


def test_an_editor_who_sends_a_doubt_again_is_not_too_late(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    post = PostFactory.create(account=courier, state="unsure", sent_at=now, text="Ahoy")
    posts.mark(post.pk, posted=False, by=None, now=now + 5 * HOUR)
    turn(now + 5 * HOUR)
    assert network.timeline == ["Ahoy"]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (31 * MINUTE, "31 minutes"),
        (HOUR, "1 hour"),
        (30 * HOUR, "1 day"),
        (49 * HOUR, "2 days"),
        (SECOND, "0 minutes"),
    ],
)
def test_a_span_is_spoken_in_its_largest_unit(span: timedelta, words: str) -> None:
    assert holding.spoken(span) == words


def test_what_an_editor_sends_again_asks_once_more_when_its_account_stood_still(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    doubt = {"state": "unsure", "sent_at": now, "unsure_since": now}
    post = PostFactory.create(account=courier, due_at=None, **doubt)
    Account.objects.update(stopped_reason="Suspended.")
    posts.mark(post.pk, posted=False, by=None, now=now)
    Account.objects.update(stopped_reason="")
    turn(now + 5 * HOUR)
    assert (network.calls, queries.post(post.pk).state) == ([], "approved")
