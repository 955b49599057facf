"""Who comes to the desk, and a Redis that no other test counts in."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from publisher import pulse
from tests.factories import MemberFactory

At = Callable[[str], Client]


@pytest.fixture
def at_the_desk(db: None) -> At:
    """Return a way to a browser in which a member of some role is logged in."""

    def login(role: str) -> Client:
        client = Client()
        client.force_login(MemberFactory.create(role=role))
        return client

    return login


@pytest.fixture
def own_redis(settings: Settings) -> Iterator[None]:
    """Give the test a database of Redis to itself."""
    glue = "&" if "?" in settings.REDIS_URL else "?"
    settings.REDIS_URL = f"{settings.REDIS_URL}{glue}db=7"
    pulse.client.cache_clear()
    yield
    pulse.client().flushdb()
    pulse.client.cache_clear()
