"""Whatever happens to Redis and to workers, everybody gets it, and nobody gets it twice."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from publisher import clock
from publisher.delivery import queries
from publisher.newsletters import editions
from publisher.newsletters.models import Edition
from publisher.newsletters.plans import Plan
from tests.chaos.conftest import House
from tests.factories import ArticleFactory, NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.slow
READERS = 200
PATIENCE_SECONDS = 40


def wait_until(happened: Callable[[], bool]) -> None:
    """Look again and again until it has happened; fails after the patience has run out."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def edition(house: House) -> Edition:
    newsletter = NewsletterFactory.create()
    SubscriptionFactory.create_batch(READERS, newsletter=newsletter)
    now = clock.now()
    edition_id = editions.create(
        newsletter.pk,
        Plan((ArticleFactory.create().pk,), subject="The ferry"),
        by=None,
        now=now,
        due_at=now + timedelta(seconds=2),
    )
    return Edition.objects.get(pk=edition_id)


def test_a_wiped_redis_and_killed_workers_change_neither_who_nor_how_often(
    house: House, edition: Edition
) -> None:
    slow = house.recorder
    slow.on_mail = lambda: time.sleep(0.005)
    wait_until(lambda: len(slow.mails) > READERS // 5)
    house.wipe_redis()
    house.kill("mail")
    wait_until(lambda: len(slow.mails) > READERS // 2)
    house.wipe_redis()
    house.kill("dispatch")
    house.start("mail")
    house.start("dispatch")
    wait_until(lambda: Edition.objects.get(pk=edition.pk).state == Edition.State.SENT)
    figures = queries.counts(edition.mailing_id)
    assert figures["sent"] == READERS
    # What was in flight when the worker died was answered to its heir.
    assert len(slow.copies) == READERS
    assert [address for address, copies in slow.copies.items() if copies > 1] == []
    started = Edition.objects.get(pk=edition.pk).started_at
    assert started
    assert edition.due_at
    assert started >= edition.due_at
