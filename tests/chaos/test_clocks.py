"""A host's clock jumps: nothing leaves early, and everybody gets the edition exactly once."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.chaos.clocks import Clock, a_clock
from tests.chaos.house import House
from tests.chaos.processes import MAIL, USUAL, Host
from tests.chaos.sending import EVERYBODY_ONCE, announce

pytestmark = [pytest.mark.slow, pytest.mark.chaos]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# The dispatcher looks twice a second, and its host is busy.
LATE_SECONDS = 5


def move_to_another_host(house: House, names: Sequence[str]) -> Clock:
    """Let these processes run on a host with a clock of its own."""
    clock = a_clock(house.home)
    host = Host(house.home / "another-host", environment=clock.environment)
    house.processes.stop(*names)
    for name in names:
        house.processes.start(name, host)
    return clock


WHO = pytest.mark.parametrize(
    "names",
    [
        pytest.param(USUAL, id="everybody"),
        pytest.param(
            ("beat", MAIL[0]), id="the-beat-and-a-mail-worker", marks=pytest.mark.thorough
        ),
        pytest.param(
            ("dispatch", MAIL[0]), id="the-dispatcher-and-a-mail-worker", marks=pytest.mark.thorough
        ),
    ],
)


@WHO
def test_a_clock_that_jumps_while_an_edition_is_sent(
    house: House, dice: random.Random, names: Sequence[str]
) -> None:
    clock = move_to_another_host(house, names)
    house.open_sink()
    sending = announce(house)
    jumps = [HOUR, timedelta(0), -HOUR, DAY]
    for jump, _ in zip(jumps, sending.moments(dice, len(jumps)), strict=True):
        clock.set(jump)
    assert sending.tally() == EVERYBODY_ONCE


@WHO
def test_nothing_leaves_before_or_after_its_time_by_the_databases_clock(
    house: House, names: Sequence[str]
) -> None:
    clock = move_to_another_host(house, names)
    house.open_sink()
    assert announce(house, readers=50).tally() == EVERYBODY_ONCE
    for offset in (HOUR, -HOUR, DAY):
        clock.set(offset)
        sending = announce(house, readers=50, in_seconds=2)
        assert sending.tally() == EVERYBODY_ONCE
        assert 0 <= sending.lateness.total_seconds() < LATE_SECONDS
