"""A network that can do everything, and the turn of the dispatcher and a worker."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from publisher import wiring
from publisher.social import posting, posts
from publisher.social.models import Account
from tests.factories import AccountFactory
from tests.social.networks import FakeNetwork

Turn = Callable[[datetime], None]


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def account(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Return an account on a network that can do everything."""
    kind = wiring.Kind(
        lambda _: network,
        ("consumer_key",),
        renews=True,
        most_figures=2,
        renew_before=timedelta(days=7),
    )
    monkeypatch.setitem(wiring.NETWORKS, "fake", kind)
    return AccountFactory.create(name="courier", network="fake")


@pytest.fixture
def turn(network: FakeNetwork) -> Turn:
    """Let the dispatcher look once, and a worker do what it hands out."""

    def look(now: datetime) -> None:
        for post_id in posts.claim_due(now=now):
            posting.publish(post_id, now=now, connect=network.connect)

    return look
