"""The count can fail: of code in which a promise is broken it says who is lost, or has it twice."""

import random
import time
from collections.abc import Sequence

import pytest

from tests.chaos.house import CONNECTIONS, House
from tests.chaos.mutants import (
    NO_FENCE,
    NO_JOURNAL_IS_READ,
    NO_LEASE_RUNS_OUT,
    SENT_BEFORE_IT_IS_ANSWERED,
    Mutation,
    mutant,
)
from tests.chaos.processes import MAIL, Host
from tests.chaos.sending import Sending, announce

pytestmark = [pytest.mark.slow, pytest.mark.chaos]
# Killed in the middle, one after the other.
VICTIMS = MAIL * 2


def sent_by_mutants(house: House, mutations: Sequence[Mutation]) -> tuple[Host, Sending]:
    """Schedule an edition where mutants send the mail and hand it out."""
    name = f"mutants-{time.monotonic_ns()}"
    host = Host(house.home / name, mutant(house.home / f"{name}-code", mutations))
    house.processes.stop("dispatch", *MAIL)
    for process in ("dispatch", *MAIL):
        house.processes.start(process, host)
    house.open_sink()
    return host, announce(house)


def test_who_waits_on_a_queue_that_is_flushed_is_lost_by_a_mutant(
    house: House, dice: random.Random
) -> None:
    _, sending = sent_by_mutants(house, NO_LEASE_RUNS_OUT)
    for _ in sending.moments(dice, 1, within_seconds=1):
        house.redis.flush()
    assert sending.tally_in_the_end().lost


@pytest.mark.thorough
def test_whom_a_killed_worker_had_in_hand_is_lost_by_a_mutant(
    house: House, dice: random.Random
) -> None:
    host, sending = sent_by_mutants(house, NO_LEASE_RUNS_OUT)
    sending.kill_in_turn(VICTIMS, host, dice, within_seconds=3)
    assert sending.tally_in_the_end().lost


def test_whose_mail_was_noted_too_early_is_lost_by_a_mutant(
    house: House, dice: random.Random
) -> None:
    host, sending = sent_by_mutants(house, SENT_BEFORE_IT_IS_ANSWERED)
    sending.kill_in_turn(VICTIMS, host, dice, within_seconds=1.5)
    assert sending.tally().lost


def test_what_another_took_over_is_sent_twice_by_a_mutant(
    house: House, dice: random.Random
) -> None:
    _, sending = sent_by_mutants(house, NO_FENCE)
    # While it has the batches in hand that it began with.
    for _ in sending.moments(dice, 1, within_seconds=0.2):
        house.processes.freeze(MAIL[0], seconds=12)
    assert len(sending.tally().twice) > CONNECTIONS


def test_what_was_answered_before_a_death_is_sent_twice_by_a_mutant(
    house: House, dice: random.Random
) -> None:
    host, sending = sent_by_mutants(house, NO_JOURNAL_IS_READ)
    sending.kill_in_turn(VICTIMS, host, dice, within_seconds=3)
    assert len(sending.tally().twice) > CONNECTIONS * len(VICTIMS)
