"""As much of it as `make test` has time for: the worst in one sending, and the mutants' lines."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from django.conf import settings

from tests.chaos.house import CONNECTIONS, House
from tests.chaos.mutants import ALL, Mutation, mutated
from tests.chaos.processes import MAIL
from tests.chaos.sending import announce


@pytest.mark.slow
def test_redis_is_flushed_and_a_worker_killed(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house, readers=600)
    accidents: list[Callable[[], None]] = [
        house.redis.flush,
        partial(house.processes.kill, MAIL[0]),
        house.redis.flush,
    ]
    moments = sending.moments(dice, len(accidents), within_seconds=0.4)
    for happen, _ in zip(accidents, moments, strict=True):
        happen()
    tally = sending.tally()
    assert tally.lost == tally.unwritten == tally.told_apart == ()
    assert len(tally.twice) <= CONNECTIONS


@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: mutation.line)
def test_the_line_that_a_mutant_changes_is_there(mutation: Mutation) -> None:
    code = (settings.ROOT / mutation.file).read_text()
    assert mutated(code, mutation) != code
