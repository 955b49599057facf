"""PostgreSQL goes away in the middle and comes back: everybody gets the edition exactly once."""

import random
import signal

import pytest

from tests.chaos.house import House
from tests.chaos.sending import EVERYBODY_ONCE, announce

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


def test_a_database_that_is_restarted(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1):
        house.postgres.stop()
        house.postgres.start()
    assert sending.tally() == EVERYBODY_ONCE


def test_a_database_that_crashes(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1):
        # Immediate shutdown: nothing is finished, and its log is replayed at the next start.
        house.postgres.crash(signal.SIGQUIT)
    assert sending.tally() == EVERYBODY_ONCE
