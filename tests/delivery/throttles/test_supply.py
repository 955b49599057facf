"""The supply: what it reserves, tells and hears, so that all workers keep one limit."""

import secrets
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Sum

from publisher.delivery.models import Domain, Quota, Slowdown
from publisher.delivery.throttles.limits import GroupLimits, Limits
from publisher.delivery.throttles.metering import OwnMeter
from publisher.delivery.throttles.supply import BLOCK, opened
from tests.delivery.throttles.hands import Clock, Worker

pytestmark = pytest.mark.django_db
TICK = timedelta(milliseconds=200)


def worker(limits: Limits, clock: Clock | None = None) -> Worker:
    """Return the only worker of a relay."""
    clock = clock or Clock()
    meter = OwnMeter(clock)
    meter.workers = 1
    return Worker(clock, limits, meter)


def send(worker: Worker, count: int, now: datetime, domain: str = "") -> int:
    """Send what may go, with the supply coming by five times a second, for a minute."""
    went = 0
    for tick in range(300):
        worker.supply.refill(now=now + tick * TICK)
        while went < count and not worker.throttle.may_go("reader.example", domain):
            went += 1
        if went == count:
            break
        worker.clock.pass_by(TICK.total_seconds())
    return went


def counted() -> int:
    """Return how many messages are counted in all."""
    return Quota.objects.aggregate(sum=Sum("count"))["sum"] or 0


def test_without_limits_nothing_is_written(now: datetime) -> None:
    assert send(worker(Limits()), 500, now) == 500
    assert counted() == 0


def test_an_hours_limit_is_kept_and_all_of_it_is_used(now: datetime) -> None:
    busy = worker(Limits(per_hour=333))
    assert send(busy, 1000, now) == 333
    assert 3000 < busy.throttle.may_go("reader.example") <= 3910


def test_what_a_worker_did_not_use_is_given_back(now: datetime) -> None:
    first = worker(Limits(per_day=300))
    assert send(first, 20, now) == 20
    assert counted() >= BLOCK
    first.supply.close()
    assert counted() == 20
    assert send(worker(Limits(per_day=300)), 1000, now) == 280


def test_an_idle_worker_keeps_nothing(now: datetime) -> None:
    idle = worker(Limits(per_day=300))
    send(idle, 20, now)
    for _ in range(2):
        idle.supply.refill(now=now)
    assert counted() == 20


def test_what_a_killed_worker_had_reserved_is_never_sent_twice(now: datetime) -> None:
    clock = Clock()
    went = [send(worker(Limits(per_day=120), clock), 20, now) for _ in range(5)]
    assert went[0] == 20
    assert sum(went) <= 120


def test_what_leaves_after_five_minutes_is_counted_there(now: datetime) -> None:
    busy = worker(Limits(per_hour=300))
    send(busy, 20, now + timedelta(minutes=4, seconds=59))
    assert send(busy, 20, now + timedelta(minutes=5)) == 20
    busy.supply.close()
    assert [row.count for row in Quota.objects.order_by("starts_at")] == [20, 20]


def test_a_second_and_an_hour_are_both_kept(now: datetime) -> None:
    busy = worker(Limits(per_second=10, per_hour=200))
    assert send(busy, 1000, now) == 200
    assert busy.clock() - 1000 >= 18


def young(**fields: object) -> None:
    """Store a sending domain whose warm-up began yesterday."""
    Domain.objects.create(
        name="courier.example",
        keys=b"",
        warm_up_from=date(2026, 11, 22),
        created_at=datetime(2026, 11, 22).astimezone(),
        **fields,
    )


def test_a_new_sending_domain_is_held_to_its_day(now: datetime) -> None:
    young(warm_up_first_day=100)
    busy = worker(Limits())
    assert send(busy, 1000, now, "courier.example") == 150
    assert send(busy, 1000, now, "harbour.example") == 1000


def test_a_new_domain_has_one_day_on_all_relays_together(now: datetime) -> None:
    young(warm_up_first_day=100)
    went = send(worker(Limits()), 90, now, "courier.example")
    other = worker(Limits())
    other.supply._relay = "quay"
    assert went == 90
    # What the first has reserved and not used is still the first one's.
    assert 0 <= send(other, 1000, now, "courier.example") <= 60


def test_what_one_worker_is_told_all_workers_heed(now: datetime) -> None:
    clock = Clock()
    told, other = worker(Limits(), clock), worker(Limits(), clock)
    other.supply.refill(now=now)
    told.throttle.slow_down("gmail", "4.7.28 unusual rate")
    told.supply.refill(now=now)
    clock.pass_by(1)
    other.supply.refill(now=now)
    assert other.throttle.may_go("gmail") == 60
    assert other.throttle.may_go("reader.example") == 0
    assert Slowdown.objects.get().said == "4.7.28 unusual rate"


def test_what_two_workers_are_told_at_once_counts_once(now: datetime) -> None:
    clock = Clock()
    for each in (worker(Limits(), clock), worker(Limits(), clock)):
        each.throttle.slow_down("gmail", "4.7.28 unusual rate")
        each.supply.refill(now=now)
    row = Slowdown.objects.get()
    assert (row.times, row.rate) == (1, 10.0)


def test_after_its_rest_a_provider_gets_its_slow_rate_and_in_the_end_everything(
    now: datetime,
) -> None:
    told = worker(Limits())
    told.throttle.slow_down("gmail", "4.7.28 unusual rate")
    told.supply.refill(now=now)
    told.clock.pass_by(61)
    for tick in range(100):
        told.clock.pass_by(0.2)
        told.supply.refill(now=now + timedelta(seconds=61) + tick * TICK)
        told.send(50, "gmail")
    assert 190 <= len(told.sent) <= 206
    told.clock.pass_by(1)
    told.supply.refill(now=now + timedelta(minutes=10))
    assert told.send(500, "gmail") == 500


def test_a_killed_workers_successor_knows_who_rests(now: datetime) -> None:
    killed = worker(Limits())
    killed.throttle.slow_down("gmail", "4.7.28 unusual rate")
    killed.supply.refill(now=now)
    successor = worker(Limits())
    successor.supply.refill(now=now + timedelta(seconds=20))
    assert successor.throttle.may_go("gmail") == 40


def test_two_processes_that_open_one_relay_share_its_limits(now: datetime) -> None:
    relay = secrets.token_hex(8)
    # One a minute: nothing comes by itself while the test runs.
    groups = {"gmail": GroupLimits(per_second=1 / 60)}
    processes = [opened(relay, Limits(per_day=70, groups=groups)) for _ in range(2)]
    went = {"gmail": 0, "reader.example": 0}
    for _ in range(5):
        for throttle, supply in processes:
            supply.refill(now=now)
            for group in went:
                went[group] += sum(not throttle.may_go(group) for _ in range(50))
    assert went == {"gmail": 1, "reader.example": 69}
