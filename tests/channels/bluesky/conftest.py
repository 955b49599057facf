"""A fake PDS, and the account's channel to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime

import pytest

from publisher.channels.bluesky import Bluesky
from tests.channels.networks.bluesky import Pds, connect
from tests.channels.networks.fakes import running

Connect = Callable[..., Bluesky]
Again = Callable[[datetime], Bluesky]


@pytest.fixture
def pds() -> Iterator[Pds]:
    with running(Pds()) as pds:
        yield pds


@pytest.fixture
def channel(pds: Pds) -> Iterator[Connect]:
    """Return what makes a channel of credentials, as long as the test lasts."""
    with ExitStack() as opened:
        yield lambda **credentials: opened.enter_context(closing(connect(pds.url, **credentials)))


@pytest.fixture
def bluesky(channel: Connect) -> Bluesky:
    return channel()


@pytest.fixture
def again(pds: Pds, bluesky: Bluesky, channel: Connect) -> Again:
    """Return what makes a channel of the credentials that `renewed` returns."""

    def make(now: datetime) -> Bluesky:
        secrets = dict(bluesky.renewed(now=now).secrets)
        assert secrets.pop("service") == pds.url
        return channel(**secrets)

    return make
