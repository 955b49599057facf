"""One process runs the engines of a home, and others may use them meanwhile."""

import os
from pathlib import Path

import pytest

from publisher.embedded import lock
from publisher.embedded.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_a_second_copy_is_refused_by_name(places: Places) -> None:
    sentence = rf"already runs on {places.home} \(process {os.getpid()}\); stop it or set"
    with lock.claimed(places), pytest.raises(lock.Held, match=sentence), lock.claimed(places):
        pass
    with lock.claimed(places):
        pass


def test_guests_are_many_and_are_not_admitted_while_the_last_is_waited_for(places: Places) -> None:
    with lock.visiting(places) as one, lock.visiting(places) as another:
        assert (one, another) == (True, True)
    with lock.after_the_last_guest(places), lock.visiting(places) as late:
        assert not late
