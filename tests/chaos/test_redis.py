"""Whatever becomes of Redis, everybody gets the edition, and nobody gets it twice."""

import random
import time

import pytest

from tests.chaos.house import House
from tests.chaos.sending import EVERYBODY_ONCE, announce

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


def test_a_redis_that_is_flushed_again_and_again(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    # For longer than a lease: what is handed out again is lost again.
    for _ in sending.moments(dice, 5, within_seconds=12):
        house.redis.flush()
    assert sending.tally() == EVERYBODY_ONCE


def test_a_redis_that_is_killed_and_comes_back_with_its_data(
    house: House, dice: random.Random
) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 2):
        house.redis.crash()
    assert sending.tally() == EVERYBODY_ONCE


def test_a_redis_that_comes_back_empty(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1):
        house.redis.forget()
    assert sending.tally() == EVERYBODY_ONCE


def test_a_redis_that_is_frozen_for_eight_seconds(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1):
        house.redis.freeze()
        time.sleep(8)
        house.redis.thaw()
    assert sending.tally() == EVERYBODY_ONCE


@pytest.mark.thorough
def test_a_redis_that_is_gone_for_a_quarter_of_a_minute(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1):
        house.redis.stop()
        time.sleep(15)
        house.redis.start()
    assert sending.tally() == EVERYBODY_ONCE
