"""What every test may ask for: a moment, a data directory, a Redis and a mail server of its own."""

import gc
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as of_the_run
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from pytest_django import Settings

from publisher import pulse, wiring
from publisher.delivery import loops, sending
from publisher.embedded.places import Places
from tests import factories
from tests.recorder import Recorder, recording


def pytest_configure() -> None:
    """Do what every test does the quick way."""
    of_the_run.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every run draws the same, so that what is green here is green elsewhere.
    hypothesis.settings.register_profile("quick", max_examples=50, derandomize=True)
    hypothesis.settings.load_profile("quick")
    # What was read stays: looking through it for rubbish, thousands of times, takes a tenth of all.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, on both workers: each starts with its half of the list."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    middle = len(quick) // 2
    items[:] = [*slow[::2], *quick[:middle], *slow[1::2], *quick[middle:]]


@pytest.fixture
def now() -> datetime:
    """Monday, 23 November 2026, nine in the morning in Amsterdam."""
    return factories.NOW


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a data directory for every test: a `tmp_path` for each takes a millisecond."""
    homes = tmp_path_factory.mktemp("homes")
    return (homes / str(number) for number in count(1))


@pytest.fixture(autouse=True)
def _at_home(settings: Settings, _homes: Iterator[Path]) -> Path:
    """Give the test a data directory of its own, to be made by whoever writes into it.

    The engines stay where they are.
    """
    home = next(_homes)
    settings.PLACES = Places(home)
    settings.MEDIA_ROOT = home / "media"
    return home


@pytest.fixture
def home(_at_home: Path) -> Path:
    """Return the test's data directory: six thousand of them would take a tenth of the run."""
    _at_home.mkdir(mode=0o700)
    return _at_home


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Write down once which permissions there are, and not after every test that committed."""
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture
def own_redis(settings: Settings) -> Iterator[None]:
    """Give the test a database of Redis to itself."""
    glue = "&" if "?" in settings.REDIS_URL else "?"
    settings.REDIS_URL = f"{settings.REDIS_URL}{glue}db=7"
    pulse.client.cache_clear()
    client = pulse.client()
    yield
    client.flushdb()
    pulse.client.cache_clear()


@pytest.fixture(scope="session")
def _watched(django_db_setup: None) -> Iterator[None]:
    """End the thread that hears notices before the database goes: it needs half a second to."""
    yield
    sending.watch().end()
    sending.watch.cache_clear()


@pytest.fixture
def recorder(settings: Settings, _watched: None) -> Iterator[Recorder]:
    with recording() as recorder:
        settings.PUBLISHER_SMTP_URL = recorder.url
        yield recorder
        loops.run(wiring.close_carriers())
        wiring.heir().dismiss()
        wiring.heir.cache_clear()
        # The threads that note outcomes have connections to the database of their own.
        loops.close()
