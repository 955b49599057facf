"""Who comes to the desk."""

from collections.abc import Callable

import pytest
from django.test import Client

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
