"""One house for all cases of a run; each begins with everything running and nothing under way."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.chaos import sending
from tests.chaos.house import House, at_home, settle_readers


@pytest.fixture(scope="session")
def standing_house(django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """Return a house with engines and readers, in which nobody works yet."""
    with tempfile.TemporaryDirectory(prefix="publisher-chaos-") as home:
        house = House(Path(home))
        try:
            house.open()
            with django_db_blocker.unblock(), at_home(house):
                call_command("migrate", verbosity=0)
                settle_readers()
            yield house
        finally:
            house.close()


@pytest.fixture
def house(standing_house: House, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """Return a house in which everything runs but the mail server, and nothing is on its way."""
    house = standing_house
    with django_db_blocker.unblock(), at_home(house):
        house.processes.restore(house.host)
        house.log.forget()
        yield house
        sending.abandon()
    assert house.processes.ended() == [], house.processes.all_last_words()


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """Return dice that fall for a test as they fell in an earlier run with this `randomly_seed`."""
    seed = request.config.getoption("randomly_seed", default=0)
    return random.Random(f"{seed} {request.node.name}")  # noqa: S311 - nobody has to guess
