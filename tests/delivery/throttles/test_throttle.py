"""The hot path: who may go, who waits and for how long, by a clock that the test moves."""

import pytest

from publisher.delivery.throttles import shares
from publisher.delivery.throttles.limits import GroupLimits, Limits
from publisher.delivery.throttles.shares import GOOD_FOR_SECONDS, Shares
from publisher.delivery.throttles.throttle import Throttle
from tests.delivery.throttles.hands import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def throttle(clock: Clock, limits: Limits) -> Throttle:
    """Return a throttle that nothing has been granted yet."""
    return Throttle(limits, Shares(), clock)


def grant(throttle: Throttle, name: str, count: int, ask_in: float = 0.0) -> None:
    """Grant what the supply would."""
    throttle.held.of(name).grant(count, ask_in=ask_in, now=throttle.clock())


def test_without_limits_everything_goes(clock: Clock) -> None:
    free = throttle(clock, Limits())
    assert not any(free.may_go("reader.example") for _ in range(1000))


def test_before_the_first_grant_nothing_goes_where_something_is_limited(clock: Clock) -> None:
    assert throttle(clock, Limits(per_second=5)).may_go("reader.example") > 0


def test_what_is_granted_goes_and_no_more(clock: Clock) -> None:
    limited = throttle(clock, Limits(per_second=5))
    grant(limited, shares.PER_SECOND, 3, ask_in=0.7)
    assert [limited.may_go("reader.example") for _ in range(4)] == [0, 0, 0, pytest.approx(0.7)]


def test_a_message_needs_room_in_every_limit_and_costs_nothing_without(clock: Clock) -> None:
    limited = throttle(clock, Limits(per_second=5, per_hour=100))
    grant(limited, shares.PER_SECOND, 3)
    assert limited.may_go("reader.example") > 0
    assert limited.held.of(shares.PER_SECOND).left == 3


def test_a_grant_is_not_good_for_ever(clock: Clock) -> None:
    limited = throttle(clock, Limits(per_second=5))
    grant(limited, shares.PER_SECOND, 3)
    clock.pass_by(GOOD_FOR_SECONDS)
    assert limited.may_go("reader.example") > 0


def test_one_provider_at_its_limit_holds_up_nobody_else(clock: Clock) -> None:
    slow = throttle(clock, Limits(groups={"gmail": GroupLimits(per_second=1)}))
    assert slow.may_go("gmail") > 0
    assert slow.may_go("reader.example") == 0


def test_only_so_many_are_in_flight_to_one_provider(clock: Clock) -> None:
    bounded = throttle(clock, Limits(groups={"gmx": GroupLimits(in_flight=2)}))
    bounded.enter("gmx")
    bounded.enter("gmx")
    assert bounded.may_go("gmx") > 0
    bounded.leave("gmx")
    assert bounded.may_go("gmx") == 0


@pytest.mark.parametrize(("workers", "each"), [(1, 10), (3, 3), (40, 1)])
def test_workers_part_what_may_be_in_flight(clock: Clock, workers: int, each: int) -> None:
    bounded = throttle(clock, Limits(groups={"apple": GroupLimits(in_flight=10)}))
    bounded.bound(workers)
    while not bounded.may_go("apple"):
        bounded.enter("apple")
    assert bounded._gates["apple"].in_flight == each


def test_who_asks_us_to_slow_down_rests_at_once_and_alone(clock: Clock) -> None:
    free = throttle(clock, Limits())
    free.slow_down("gmail", "4.7.28 unusual rate")
    assert free.may_go("gmail") == 60
    assert free.may_go("reader.example") == 0


def test_what_ten_connections_are_told_at_once_is_one_complaint(clock: Clock) -> None:
    free = throttle(clock, Limits())
    for number in range(10):
        free.slow_down("gmail", f"4.7.28 unusual rate {number}")
    assert free.complaints() == {"gmail": "4.7.28 unusual rate 0"}
    assert free.complaints() == {}


def test_a_slowed_provider_gets_its_rate_after_its_rest_and_recovers(clock: Clock) -> None:
    free = throttle(clock, Limits())
    free.slow({"gmail": (30.0, 2.0)})
    assert free.may_go("gmail") == 30
    clock.pass_by(30)
    assert 0 < free.may_go("gmail") < 1, "nothing is granted yet"
    grant(free, shares.of_group("gmail"), 1)
    assert free.may_go("gmail") == 0
    free.slow({})
    assert free.may_go("gmail") == 0


def test_a_new_domain_is_held_to_its_allowance_and_an_old_one_is_not(clock: Clock) -> None:
    free = throttle(clock, Limits())
    free.warm_up(["courier.example"])
    grant(free, shares.of_domain("courier.example"), 1)
    went = [free.may_go("gmail", "courier.example") for _ in range(2)]
    assert went[0] == 0 < went[1]
    assert free.may_go("gmail", "harbour.example") == 0


def test_a_batch_comes_again_when_the_first_of_its_providers_may_be_asked(clock: Clock) -> None:
    free = throttle(clock, Limits())
    free.slow({"gmail": (300.0, 2.0), "yahoo": (90.0, 2.0)})
    assert free.until(["gmail", "yahoo"]) == 90
    assert free.until(["gmail"]) == 300
    assert free.until([]) == 0


def test_asking_until_when_counts_nothing(clock: Clock) -> None:
    limited = throttle(clock, Limits(per_second=5))
    grant(limited, shares.PER_SECOND, 1)
    assert limited.until(["reader.example"]) == 0
    assert limited.may_go("reader.example") == 0
