"""What editors are told: who waits, on whom, and until when."""

from datetime import datetime, timedelta

import pytest

from publisher.delivery.models import Mailing, Relay, Slowdown
from publisher.delivery.throttles.queries import delays

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


def slow(now: datetime, minutes: int, relay: str = "default", group: str = "gmail") -> None:
    """Let a provider rest for so long."""
    Slowdown.objects.create(
        relay=relay, group=group, rate=0.01, times=1, rests_until=now + minutes * MINUTE
    )


def test_nobody_waits_where_nobody_asked(held_back: Mailing, now: datetime) -> None:
    assert delays(held_back.pk, "Europe/Amsterdam", now=now) == []


def test_an_editor_reads_who_waits_and_until_when(held_back: Mailing, now: datetime) -> None:
    slow(now, minutes=25)
    assert delays(held_back.pk, "Europe/Amsterdam", now=now) == [
        "Gmail asks us to slow down; its 2 readers get theirs from 09:25 on."
    ]


def test_after_its_rest_a_provider_gets_little_by_little(held_back: Mailing, now: datetime) -> None:
    slow(now, minutes=-1)
    (sentence,) = delays(held_back.pk, "Europe/Amsterdam", now=now)
    assert sentence.endswith("its 2 readers get theirs little by little.")


@pytest.mark.parametrize(("minutes", "group"), [(-600, "gmail"), (25, "yahoo")])
def test_what_is_over_or_concerns_nobody_is_not_told(
    held_back: Mailing, now: datetime, minutes: int, group: str
) -> None:
    slow(now, minutes, group=group)
    assert delays(held_back.pk, "Europe/Amsterdam", now=now) == []


def test_only_the_relays_of_its_route_are_looked_at(held_back: Mailing, now: datetime) -> None:
    for name, route in (("harbour", "default"), ("quay", "other")):
        Relay.objects.create(name=name, route=route, credentials=b"", created_at=now)
    slow(now, minutes=25, relay="quay")
    assert delays(held_back.pk, "UTC", now=now) == []
    slow(now, minutes=25, relay="harbour")
    assert len(delays(held_back.pk, "UTC", now=now)) == 1
