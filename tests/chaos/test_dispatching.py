"""Who finds what is due may die, or be there twice: everybody gets the edition exactly once."""

import random

import pytest

from tests.chaos.house import House
from tests.chaos.sending import EVERYBODY_ONCE, announce

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


def test_a_beat_and_a_dispatcher_that_are_killed(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    sending.kill_in_turn(["beat", "dispatch", "beat", "dispatch"], house.host, dice)
    assert sending.tally() == EVERYBODY_ONCE


def test_two_beats_and_two_dispatchers(house: House) -> None:
    house.open_sink()
    for name in ("beat", "dispatch"):
        house.processes.start(f"{name}-2", house.host, name)
    assert announce(house, in_seconds=4).tally() == EVERYBODY_ONCE
