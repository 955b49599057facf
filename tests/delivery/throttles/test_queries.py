"""What is told of those who wait: on whom, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from publisher.delivery import relays
from publisher.delivery.domains import actions as domains
from publisher.delivery.models import Delivery, Domain, Mailing, Relay, Slowdown
from publisher.delivery.throttles import quotas, shares
from publisher.delivery.throttles.queries import Cause, Delay, delays

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def held_back(mailing: Mailing, now: datetime) -> Mailing:
    """Return a mailing whose seven readers, two of them at Gmail, were all set aside."""
    at_gmail = mailing.deliveries.order_by("pk")[:2]
    for number, delivery in enumerate(at_gmail):
        assert delivery.subscriber
        delivery.subscriber.email = f"ada{number}@gmail.com"
        delivery.subscriber.save(update_fields=["email"])
    mailing.batches.update(due_at=now + 25 * MINUTE)
    return mailing


def slow(
    now: datetime, minutes: int, relay: str = relays.FROM_SETTINGS, group: str = "gmail"
) -> None:
    """Let a provider rest for so long."""
    Slowdown.objects.create(
        relay=relay, group=group, rate=0.01, times=1, rests_until=now + minutes * MINUTE
    )


def harbour(now: datetime, **fields: object) -> None:
    """Have a relay."""
    fields = {"name": "harbour", "credentials": b"", "created_at": now} | fields
    Relay.objects.create(**fields)


def test_nobody_waits_where_nothing_is_limited(held_back: Mailing, now: datetime) -> None:
    assert delays(held_back.pk, now=now) == []


def test_a_provider_is_told_with_its_readers(held_back: Mailing, now: datetime) -> None:
    slow(now, minutes=25)
    told = Delay(Cause.PROVIDER, now + 25 * MINUTE, who="Gmail", readers=2)
    assert delays(held_back.pk, now=now) == [told]


def test_after_its_rest_a_provider_gets_little_by_little(held_back: Mailing, now: datetime) -> None:
    slow(now, minutes=-1)
    (delay,) = delays(held_back.pk, now=now)
    assert (delay.readers, delay.until) == (2, None)


@pytest.mark.parametrize(("minutes", "group"), [(-600, "gmail"), (25, "yahoo")])
def test_what_is_over_or_concerns_nobody_is_not_told(
    held_back: Mailing, now: datetime, minutes: int, group: str
) -> None:
    slow(now, minutes, group=group)
    assert delays(held_back.pk, now=now) == []


def test_only_the_relays_of_its_route_are_looked_at(held_back: Mailing, now: datetime) -> None:
    for name, route in (("harbour", "default"), ("quay", "other")):
        harbour(now, name=name, route=route)
    slow(now, minutes=25, relay="quay")
    assert delays(held_back.pk, now=now) == []
    slow(now, minutes=25, relay="harbour")
    assert len(delays(held_back.pk, now=now)) == 1


def test_what_relays_take_a_second_is_added_up(mailing: Mailing, now: datetime) -> None:
    Delivery.objects.bulk_create(Delivery(mailing=mailing, state="queued") for _ in range(593))
    harbour(now, per_second=2)
    harbour(now, name="quay", per_second=3)
    told = Delay(Cause.PER_SECOND, now + 2 * MINUTE, most=5, readers=600)
    assert delays(mailing.pk, now=now) == [told]
    Relay.objects.filter(name="quay").update(per_second=None)
    assert delays(mailing.pk, now=now) == []


def test_what_is_over_within_a_minute_is_not_told(mailing: Mailing, now: datetime) -> None:
    harbour(now, per_second=1)
    assert delays(mailing.pk, now=now) == []


@pytest.mark.parametrize(
    ("limit", "cause"), [("per_hour", Cause.PER_HOUR), ("per_day", Cause.PER_DAY)]
)
def test_a_relay_that_has_had_enough_says_when_it_goes_on(
    mailing: Mailing, now: datetime, limit: str, cause: Cause
) -> None:
    harbour(now, **{limit: 100})
    window = quotas.last(quotas.HOUR, 100, now=now)
    quotas.reserve("relay harbour", [window], 99, now=now)
    assert delays(mailing.pk, now=now) == []
    quotas.reserve("relay harbour", [window], 1, now=now)
    (delay,) = delays(mailing.pk, now=now)
    assert (delay.cause, delay.who, delay.most) == (cause, "harbour", 100)
    assert delay.until
    assert delay.until > now


def test_a_new_name_goes_on_the_next_day(mailing: Mailing, now: datetime) -> None:
    domains.add("courier.example", now=now)
    Domain.objects.update(warm_up_from=now.date(), warm_up_first_day=5)
    assert delays(mailing.pk, now=now) == []
    window = quotas.last(quotas.DAY, 5, now=now)
    quotas.reserve(shares.of_domain("courier.example"), [window], 5, now=now)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    told = Delay(Cause.WARM_UP, midnight, who="courier.example", most=5)
    assert delays(mailing.pk, now=now) == [told]


def test_a_spread_is_told_until_it_is_over(mailing: Mailing, now: datetime) -> None:
    Mailing.objects.update(spread=60 * MINUTE, opened_at=now)
    assert delays(mailing.pk, now=now) == [Delay(Cause.SPREAD, now + 60 * MINUTE)]
    assert delays(mailing.pk, now=now + 60 * MINUTE) == []
