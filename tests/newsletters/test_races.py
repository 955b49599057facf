"""Two at once: one comes second, is told so, and nothing happens twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from publisher.delivery.models import Delivery, Mailing
from publisher.errors import Refused
from publisher.newsletters import editions, queries
from publisher.newsletters.editions import Plan
from tests.factories import ArticleFactory, NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
Act = Callable[[], object]


@pytest.fixture
def due(now: datetime) -> int:
    """Return an edition for three readers that is due now."""
    daily = NewsletterFactory.create()
    SubscriptionFactory.create_batch(3, newsletter=daily)
    return editions.create(
        daily.pk, Plan((ArticleFactory.create().pk,)), by=None, now=now, due_at=now
    )


def at_once(*acts: Act) -> list[str]:
    """Let everybody act at the same moment; return what the refused were told."""
    barrier, told, broken = Barrier(len(acts)), list[str](), list[BaseException]()

    def act_on(act: Act) -> None:
        try:
            barrier.wait()
            act()
        except Refused as refusal:
            told.append(str(refusal))
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            broken.append(error)
        finally:
            connection.close()

    threads = [Thread(target=act_on, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in broken:
        raise error
    return told


def test_two_who_cancel_at_once(due: int, now: datetime) -> None:
    def cancel() -> None:
        editions.cancel(due, by=None, now=now)

    assert at_once(cancel, cancel) == [
        f"Edition {due} is cancelled already, so it cannot be cancelled."
    ]


def test_one_who_schedules_while_another_cancels(due: int, now: datetime) -> None:
    told = at_once(
        lambda: editions.cancel(due, by=None, now=now),
        lambda: editions.schedule(due, now + HOUR, by=None, now=now),
    )
    assert queries.edition(due).state == "cancelled"
    assert told in ([], [f"Edition {due} is cancelled already, so it cannot be scheduled."])
    assert not Mailing.objects.exists()


def test_two_who_schedule_at_once_leave_one_mailing(due: int, now: datetime) -> None:
    told = at_once(
        lambda: editions.schedule(due, now + HOUR, by=None, now=now),
        lambda: editions.schedule(due, now + 2 * HOUR, by=None, now=now),
    )
    assert told == []
    assert Mailing.objects.get().pk == queries.edition(due).mailing_id


def test_a_start_that_races_with_a_cancel(due: int, now: datetime) -> None:
    told = at_once(
        lambda: editions.start(due, now=now),
        lambda: editions.cancel(due, by=None, now=now),
    )
    assert told == []
    assert queries.edition(due).state == "cancelled"
    assert not Delivery.objects.exclude(state="skipped").exists()


def test_a_start_that_is_run_twice_addresses_everybody_once(due: int, now: datetime) -> None:
    def start() -> None:
        editions.start(due, now=now)

    assert at_once(start, start) == []
    assert Delivery.objects.count() == 3


def test_two_dispatchers_claim_an_edition_once(due: int, now: datetime) -> None:
    claimed: list[int] = []

    def claim() -> None:
        claimed.extend(editions.claim_due(now=now))

    at_once(claim, claim)
    assert claimed == [due]
