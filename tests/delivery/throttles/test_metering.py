"""Limits a second: never more than they say, whoever asks when; never less than could be."""

import secrets
import socket
import time
from collections.abc import Iterator
from random import Random

import pytest
import redis
from django.conf import settings as knobs
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.delivery.throttles.limits import GroupLimits, Limits
from publisher.delivery.throttles.metering import (
    LEFT_ALONE_SECONDS,
    UNHEARD_WORKERS,
    Ask,
    OwnMeter,
    SharedMeter,
    burst,
)
from publisher.delivery.throttles.shares import GOOD_FOR_SECONDS
from tests.delivery.throttles.hands import Clock, Worker, most_within

# Seconds that pass, who comes, whether it refills first, and how many messages it has.
STEPS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.booleans(), st.integers(0, 60)), max_size=80
)


@pytest.fixture
def client() -> redis.Redis:
    """Return a way to the tests' Redis."""
    return redis.Redis.from_url(knobs.REDIS_URL, socket_timeout=2, decode_responses=True)


@pytest.fixture
def prefix(client: redis.Redis) -> Iterator[str]:
    """Return the name of a relay that no other test counts by."""
    prefix = secrets.token_hex(8)
    yield prefix
    wipe(client, prefix)


def wipe(client: redis.Redis, prefix: str) -> None:
    """Let Redis forget this relay."""
    for key in client.scan_iter(f"*{prefix}*"):
        client.delete(key)


def micros(client: redis.Redis) -> float:
    """Return the seconds by Redis' own clock."""
    seconds, fraction = client.time()
    return float(seconds) + float(fraction) / 1e6


def house(count: int, limits: Limits) -> list[Worker]:
    """Return workers who share a meter, as they do in Redis."""
    clock = Clock()
    meter = OwnMeter(clock)
    meter.workers = 1
    return [Worker(clock, limits, meter) for _ in range(count)]


@settings(deadline=None)
@given(steps=STEPS, rate=st.integers(1, 40))
def test_no_interleaving_of_workers_sends_more_than_the_limit(
    steps: list[tuple[float, int, bool, int]], rate: int
) -> None:
    workers = house(4, Limits(per_second=rate))
    for seconds, number, refills, count in steps:
        workers[number].clock.pass_by(seconds)
        if refills:
            workers[number].refill()
        workers[number].send(count)
    sent = [moment for worker in workers for moment in worker.sent]
    for span in (0.2, 1.0, 5.0):
        assert most_within(span, sent) <= rate * (span + GOOD_FOR_SECONDS) + burst(rate)


@pytest.mark.parametrize("rate", [1, 7, 60])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_who_always_has_mail_uses_the_limit_and_each_gets_a_fair_part(
    rate: int, count: int
) -> None:
    order = Random(rate)  # noqa: S311 - whose turn it is is no secret
    workers = house(count, Limits(per_second=rate))
    for _ in range(500):
        for worker in order.sample(workers, count):
            worker.clock.pass_by(0.2 / count)
            worker.refill()
            worker.send(20)
    parts = [len(worker.sent) for worker in workers]
    assert rate * 100 * 0.95 - burst(rate) <= sum(parts) <= rate * 100 + burst(rate)
    assert min(parts) >= sum(parts) / count * 0.4


def test_a_relay_without_limits_is_not_held_up_by_its_slowest_provider() -> None:
    (worker,) = house(1, Limits(groups={"gmail": GroupLimits(per_second=1)}))
    for _ in range(50):
        worker.clock.pass_by(0.2)
        worker.refill()
        worker.send(5, "gmail")
        assert worker.send(100) == 100
    assert 9 <= len(worker.sent) - 5000 <= 12


def test_redis_grants_no_more_than_the_limit_to_all_together(
    client: redis.Redis, prefix: str
) -> None:
    workers = [SharedMeter(prefix, client, Clock(), worker=str(n)) for n in range(3)]
    begun = micros(client)
    granted = 0
    for _ in range(300):
        for worker in workers:
            granted += worker.ask([Ask("second", 1000, 50)])[0].count
    most = 1000 * (micros(client) - begun) + burst(1000)
    assert most * 0.8 - burst(1000) <= granted <= most


def test_redis_leaves_something_for_who_asks_next(client: redis.Redis, prefix: str) -> None:
    greedy, late = (SharedMeter(prefix, client, Clock(), worker=name) for name in ("a", "b"))
    assert greedy.ask([Ask("second", 100, 1000)])[0].count == 25
    assert late.ask([Ask("second", 100, 1000)])[0].count >= 12


def test_what_is_given_back_goes_to_others(client: redis.Redis, prefix: str) -> None:
    one, other = (SharedMeter(prefix, client, Clock(), worker=name) for name in ("a", "b"))
    # One a minute: nothing comes by itself while the test runs.
    assert one.ask([Ask("second", 1 / 60, 1)])[0].count == 1
    (none,) = other.ask([Ask("second", 1 / 60, 1)])
    assert (none.count, round(none.ask_in)) == (0, 60)
    one.ask([Ask("second", 1 / 60, -1)])
    assert other.ask([Ask("second", 1 / 60, 1)])[0].count == 1


def test_workers_are_counted_and_after_a_wipe_not_forgotten_at_once(
    client: redis.Redis, prefix: str
) -> None:
    clock = Clock()
    workers = [SharedMeter(prefix, client, clock, worker=str(n)) for n in range(3)]
    for worker in (*workers, *workers):
        worker.ask([])
    assert [worker.workers for worker in workers] == [3, 3, 3]
    wipe(client, prefix)
    workers[0].ask([])
    assert workers[0].workers == 3
    clock.pass_by(10)
    workers[0].ask([])
    assert workers[0].workers == 1


def test_a_wiped_redis_lets_one_burst_through_again_and_no_more(
    client: redis.Redis, prefix: str
) -> None:
    meter = SharedMeter(prefix, client, Clock(), worker="a")
    granted = 0
    for _ in range(2):
        for _ in range(20):
            granted += meter.ask([Ask("second", 20 / 60, 100)])[0].count
        wipe(client, prefix)
    assert granted == 2 * burst(20 / 60)


def test_a_redis_whose_clock_was_set_back_stops_nobody(client: redis.Redis, prefix: str) -> None:
    meter = SharedMeter(prefix, client, Clock(), worker="a")
    ahead = (micros(client) + 3600) * 1e6
    client.set(f"publisher:throttle:{{{prefix}}}:second", f"{ahead:.0f}")
    (grant,) = meter.ask([Ask("second", 100, 10)])
    assert grant.ask_in <= 1 / 100


def test_no_key_stays(client: redis.Redis, prefix: str) -> None:
    SharedMeter(prefix, client, Clock(), worker="a").ask([Ask("second", 10, 10)])
    keys = list(client.scan_iter(f"*{prefix}*"))
    assert len(keys) == 2
    assert all(0 < client.ttl(key) <= 70 for key in keys)


def test_without_redis_every_worker_keeps_to_its_part(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    gone = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_timeout=2)
    worker = Worker(clock, Limits(per_second=100), SharedMeter("harbour", gone, clock, worker="a"))
    for _ in range(100):
        clock.pass_by(0.2)
        worker.refill()
        worker.send(100)
    part = 100 / UNHEARD_WORKERS
    assert part * 20 * 0.9 <= len(worker.sent) <= part * 20 + burst(part)
    assert caplog.text.count("Redis does not answer") == pytest.approx(
        20 / LEFT_ALONE_SECONDS, abs=1
    )


def test_a_worker_that_knew_the_others_takes_their_number_when_redis_goes(
    client: redis.Redis, prefix: str
) -> None:
    clock = Clock()
    meters = [SharedMeter(prefix, client, clock, worker=str(n)) for n in range(2)]
    for meter in (*meters, *meters):
        meter.ask([])
    for meter in meters:
        meter._left_alone_until = clock() + LEFT_ALONE_SECONDS
    granted = [meter.ask([Ask("second", 40, 100)])[0].count for meter in meters]
    assert granted == [5, 5]


def test_a_redis_that_hangs_is_given_up_and_then_left_alone() -> None:
    clock = Clock()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        hung = redis.Redis.from_url(url, socket_timeout=0.05, socket_connect_timeout=0.05)
        meter = SharedMeter("harbour", hung, clock, worker="a")
        begun = time.monotonic()
        granted = [meter.ask([Ask("second", 100, 5)])[0].count for _ in range(20)]
    assert time.monotonic() - begun < 1
    assert sum(granted) > 0
