"""Mail workers are stopped, killed and frozen: nobody is lost, and hardly anybody gets it twice."""

import random

import pytest

from publisher.delivery.models import Batch
from tests.chaos.house import CONNECTIONS, House
from tests.chaos.processes import MAIL
from tests.chaos.sending import EVERYBODY_ONCE, announce

pytestmark = [pytest.mark.slow, pytest.mark.chaos]
STOP_SECONDS = 20


def test_workers_that_are_told_to_stop_give_back_what_is_not_sent(
    house: House, dice: random.Random
) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1, within_seconds=1):
        assert house.processes.stop(*MAIL) < STOP_SECONDS
    assert not Batch.objects.filter(state=Batch.State.SENDING).exists()
    for name in MAIL:
        house.processes.start(name, house.host)
    assert sending.tally() == EVERYBODY_ONCE


def test_workers_that_are_killed_repeat_a_mail_of_each_connection_at_most(
    house: House, dice: random.Random
) -> None:
    house.open_sink()
    sending = announce(house)
    victims = MAIL * 3
    sending.kill_in_turn(victims, house.host, dice, within_seconds=9)
    tally = sending.tally()
    assert tally.lost == tally.unwritten == tally.told_apart == ()
    assert len(tally.twice) <= CONNECTIONS * len(victims)


def test_a_worker_that_is_frozen_for_longer_than_its_lease_sends_nothing_of_its_heirs(
    house: House, dice: random.Random
) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1, within_seconds=1):
        house.processes.freeze(MAIL[0], seconds=12)
    tally = sending.tally()
    assert tally.lost == tally.unwritten == tally.told_apart == ()
    # What was in flight when it froze: nobody could know.
    assert len(tally.twice) <= CONNECTIONS
