"""Posting by webhook: a doubt is settled by the same call, which the receiver takes only once."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from publisher.channels.posts import Network
from publisher.social import posting, posts
from publisher.social.models import Account, Post
from tests.channels.networks import webhook
from tests.channels.networks.fakes import Answer, Fault, running
from tests.factories import AccountFactory, PostFactory

pytestmark = pytest.mark.django_db(transaction=True)
Turn = Callable[[], None]
HELD = Fault(Answer(504), is_taken=False)


@pytest.fixture
def receiver() -> Iterator[webhook.Receiver]:
    with running(webhook.Receiver()) as receiver:
        yield receiver


@pytest.fixture
def account() -> Account:
    return AccountFactory.create(network="webhook")


@pytest.fixture
def turn(receiver: webhook.Receiver, account: Account, now: datetime) -> Iterator[Turn]:
    """Let the time come at which the account's post is due, and do what it is due for."""
    network = webhook.CASE.connect(receiver.url)

    def connect(_: str, __: dict[str, str]) -> Network:
        return network

    def look() -> None:
        receiver.now = account.posts.get().due_at or now
        for post_id in posts.claim_due(now=receiver.now):
            posting.publish(post_id, now=receiver.now, connect=connect)

    yield look
    network.close()


def test_a_post_whose_answer_got_lost_is_called_about_again_and_posted_once(
    receiver: webhook.Receiver, account: Account, turn: Turn
) -> None:
    post = PostFactory.create(account=account)
    receiver.order(Fault())
    states = []
    for _ in range(3):
        turn()
        post.refresh_from_db()
        states.append(post.state)
    assert states == ["unsure", "scheduled", "posted"]
    assert (len(receiver.posts), receiver.count(receiver.posting)) == (1, 2)
    assert post.url == receiver.posts[0].url


def test_the_same_call_is_made_later_each_time_and_not_for_ever(
    receiver: webhook.Receiver, account: Account, turn: Turn
) -> None:
    post = PostFactory.create(account=account)
    calls = set()
    while Post.objects.filter(pk=post.pk, due_at__isnull=False).exists():
        receiver.order(HELD)
        turn()
        post.refresh_from_db()
        calls.add(post.sent_at or post.created_at)
    waits = {after - before for before, after in pairwise(sorted(calls))}
    assert post.state == Post.State.UNSURE
    assert post.attempts == receiver.count(receiver.posting) == posting.ATTEMPTS
    assert max(waits) > timedelta(hours=1)
