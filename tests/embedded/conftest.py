"""A home with engines that is made once, and a place for homes that every user can reach."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.embedded.engines import Engines
from publisher.embedded.places import Places


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give the test a data directory of its own, without asking Django for anything."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def reachable() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own user can pass; pytest's are closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="publisher-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def first_words() -> list[str]:
    """Give what the first start of the home that is made once tells the person at the terminal."""
    return []


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, first_words: list[str]) -> Iterator[Places]:
    """Make a home once, since its first start is what takes time, and make it hard.

    It is too deep for sockets, nobody else can pass, and rests of two earlier tries are in the way.
    """
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    places = Places(closed / ("deep" * 50))
    for name in ("postgres", "postgres.unfinished"):
        rest = places.postgres.with_name(name)
        rest.mkdir(parents=True)
        (rest / "rest").touch()
    engines = Engines(places, log=first_words.append)
    engines.start()
    engines.stop()
    yield places
    shutil.rmtree(places.aside if os.geteuid() == 0 else places.run)


@pytest.fixture
def places(made: Places) -> Iterator[Places]:
    """Give the home that was made, and make sure that nothing runs on it any more."""
    yield made
    with Engines(made).claimed():
        pass
