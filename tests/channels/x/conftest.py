"""Stand-ins for X, and channels to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from publisher.channels.x import X
from publisher.sandbox.x import XStandIn, accounts, serve
from tests.channels.x.places import KEYS, PATIENCE, Sandbox, clock


@pytest.fixture
def standing_in(tmp_path: Path) -> Callable[..., Any]:
    """Return what starts a stand-in that knows KEYS."""

    @contextmanager
    def start(*, premium: bool = False, **options: Any) -> Iterator[Sandbox]:
        app_keys = (KEYS.consumer_key, KEYS.consumer_secret)
        account = accounts.Keys(*app_keys, KEYS.access_token_secret, "daily", premium)
        app = XStandIn(tmp_path, {KEYS.access_token: account}, clock=clock, **options)
        with serve(app) as url:
            yield Sandbox(url)
            app.close()

    return start


@pytest.fixture
def sandbox(standing_in: Callable[..., Any]) -> Iterator[Sandbox]:
    """Run a stand-in."""
    with standing_in() as running:
        yield running


@pytest.fixture
def x(sandbox: Sandbox) -> Iterator[X]:
    """Give the channel to it."""
    channel = X(KEYS, api_url=sandbox.url, timeouts=PATIENCE)
    yield channel
    channel.close()
