"""Limits an hour and a day: any hour, any day, whoever reserves and whatever is forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from publisher.delivery.models import Quota
from publisher.delivery.throttles import quotas
from publisher.delivery.throttles.quotas import DAY, HOUR, SLOT
from tests.delivery.throttles.hands import most_within

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def reserve(want: int, now: datetime, *, per_hour: int = 100, per_day: int = 1000) -> int:
    """Reserve of a relay with a limit an hour and a day."""
    return quotas.reserve("relay harbour", windows(now, per_hour, per_day), want, now=now).count


def windows(now: datetime, per_hour: int, per_day: int) -> list[quotas.Window]:
    """Return the windows of a relay's limits."""
    return [quotas.last(HOUR, per_hour, now=now), quotas.last(DAY, per_day, now=now)]


def test_an_hour_is_used_up_and_then_nothing_goes(now: datetime) -> None:
    assert [reserve(60, now) for _ in range(3)] == [60, 40, 0]


def test_no_full_hour_opens_a_second_one(now: datetime) -> None:
    reserve(100, now + 59 * MINUTE)
    assert reserve(1, now + 61 * MINUTE) == 0


def test_it_is_said_when_there_will_be_more(now: datetime) -> None:
    reserve(100, now + MINUTE)
    none = quotas.reserve("relay harbour", windows(now, 100, 1000), 1, now=now + 2 * MINUTE)
    assert none.count == 0
    assert reserve(1, none.again_at - SECOND) == 0
    assert reserve(1, none.again_at) == 1
    assert none.again_at - now <= HOUR + 6 * MINUTE


def test_no_hour_and_no_day_has_more_than_its_limit(now: datetime) -> None:
    sent: list[float] = []
    for minutes in range(0, 49 * 60, 13):
        moment = now + minutes * MINUTE
        sent += [moment.timestamp()] * reserve(40, moment)
    assert most_within(HOUR.total_seconds(), sent) == 100
    assert most_within(DAY.total_seconds(), sent) == 1000


def test_what_was_not_used_is_there_again(now: datetime) -> None:
    assert reserve(100, now) == 100
    quotas.give_back("relay harbour", quotas.slot_of(now), 30)
    assert reserve(100, now + MINUTE) == 30


def test_relays_do_not_share_their_hours(now: datetime) -> None:
    reserve(100, now)
    other = quotas.reserve("relay quay", windows(now, 100, 1000), 5, now=now)
    assert other.count == 5


def test_a_warm_up_begins_anew_at_the_newsrooms_midnight(now: datetime) -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    evening = datetime(2026, 11, 23, 22, 50, tzinfo=UTC)
    today = [quotas.today(500, zone, now=evening)]
    spent = quotas.reserve("domain courier.example", today, 600, now=evening)
    none = quotas.reserve("domain courier.example", today, 1, now=evening)
    assert (spent.count, none.count) == (500, 0)
    assert none.again_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    tomorrow = [quotas.today(750, zone, now=none.again_at)]
    again = quotas.reserve("domain courier.example", tomorrow, 800, now=none.again_at)
    assert again.count == 750


def test_old_rows_are_swept_away(now: datetime) -> None:
    reserve(1, now)
    reserve(1, now + 3 * DAY)
    assert Quota.objects.get().starts_at == quotas.slot_of(now + 3 * DAY)


@pytest.mark.parametrize("minute", [0, 4, 5, 59])
def test_five_minutes_begin_at_a_multiple_of_five(now: datetime, minute: int) -> None:
    slot = quotas.slot_of(now + minute * MINUTE + 30 * SECOND)
    assert slot == now + minute // 5 * SLOT


def reserve_elsewhere(now: datetime) -> int:
    """Reserve in a thread, which has a connection of its own."""
    try:
        return reserve(7, now)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_workers_that_reserve_at_once_share_one_limit(now: datetime) -> None:
    # Around the end of a row, where they write different ones.
    moments = [now + 4 * MINUTE + (58 + n % 4) * SECOND for n in range(40)]
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(reserve_elsewhere, moments)) == 100
