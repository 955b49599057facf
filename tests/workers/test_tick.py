"""The tick: what is stale is asked about before anything is handed out."""

from datetime import datetime

import pytest

from publisher.delivery.models import Batch
from publisher.newsletters import editions
from publisher.newsletters.editions import Plan
from publisher.newsletters.models import Edition
from tests.factories import ArticleFactory, SubscriptionFactory
from workers import tasks

pytestmark = pytest.mark.django_db


def test_the_first_tick_after_an_outage_hands_out_nothing_stale(now: datetime) -> None:
    daily = SubscriptionFactory.create().newsletter
    plan = Plan((ArticleFactory.create().pk,))
    edition_id = editions.create(daily.pk, plan, by=None, now=now, due_at=now)
    editions.start(edition_id, now=now)
    # The real clock is more than a day ahead of the one in which it started.
    tasks.tick()
    assert Edition.objects.get().state == "paused"
    assert Batch.objects.get().leased_until is None
