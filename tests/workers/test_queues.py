"""Ids wait in Redis in numbers that somebody can take, whatever the workers are busy with."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from publisher import pulse
from publisher.delivery.models import Batch, Mailing
from workers import queues, tasks
from workers.app import QUEUES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_redis")]


def fill(queue: str) -> None:
    pulse.client().rpush(queue, *range(queues.MOST_WAITING))


def a_due_batch(lane: str, now: datetime) -> Batch:
    mailing = Mailing.objects.create(lane=lane, state="open", frozen=b"", created_at=now)
    return mailing.batches.create(lane=lane, state="queued", due_at=now)


def test_what_is_due_is_handed_out(now: datetime) -> None:
    a_due_batch("bulk", now)
    tasks.look(now=now)
    assert Batch.objects.get().leased_until


def test_nothing_is_handed_out_for_a_queue_that_nobody_takes_from(now: datetime) -> None:
    a_due_batch("bulk", now)
    urgent = a_due_batch("urgent", now)
    fill("bulk")
    tasks.look(now=now)
    assert Batch.objects.get(leased_until__isnull=False) == urgent


def test_ticks_that_have_piled_up_keep_no_edition_from_beginning() -> None:
    fill("dispatch")
    assert queues.full() == set()


def test_nothing_is_claimed_while_redis_is_away(settings: Settings, tmp_path: Path) -> None:
    pulse.client.cache_clear()
    settings.REDIS_URL = f"unix://{tmp_path}/nothing"
    assert queues.full() == set(QUEUES)
