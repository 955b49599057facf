"""An edition while it leaves: claimed, started, paused, resumed, cancelled, finished."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from publisher.delivery.models import Batch, Delivery, Mailing
from publisher.errors import Refused
from publisher.newsletters import editions, queries
from publisher.newsletters.editions import Plan
from publisher.newsletters.models import Edition, Newsletter
from publisher.staff import trail
from tests.factories import ArticleFactory, NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=10)


@pytest.fixture
def due(now: datetime) -> int:
    """Return an edition for two readers that is due now."""
    daily: Newsletter = NewsletterFactory.create(slug="daily")
    SubscriptionFactory.create_batch(2, newsletter=daily)
    return editions.create(
        daily.pk, Plan((ArticleFactory.create().pk,)), by=None, now=now, due_at=now
    )


def state(edition_id: int) -> str:
    return queries.edition(edition_id).state


def send_all() -> None:
    """Do what workers do, as far as the ledger shows it."""
    Delivery.objects.update(state="sent")
    Batch.objects.update(state="done")


def test_a_due_edition_is_claimed_once_until_its_lease_runs_out(due: int, now: datetime) -> None:
    assert editions.claim_due(now=now) == [due]
    assert editions.claim_due(now=now) == []
    assert editions.claim_due(now=now + timedelta(seconds=11)) == [due]


def test_an_edition_starts_once_however_often_it_is_told(due: int, now: datetime) -> None:
    editions.start(due, now=now)
    editions.start(due, now=now + SOON)
    edition = queries.edition(due)
    assert (edition.state, edition.started_at) == ("sending", now)
    assert edition.counts["queued"] == edition.recipients == 2
    assert trail.of(f"edition {due}")[0].did == "began to send it"


def test_an_edition_that_was_put_off_does_not_start(due: int, now: datetime) -> None:
    assert editions.claim_due(now=now) == [due]
    editions.schedule(due, now + SOON, by=None, now=now)
    editions.start(due, now=now)
    assert state(due) == "scheduled"
    assert not Delivery.objects.exists()
    assert editions.claim_due(now=now + SOON) == [due]


def test_a_finished_edition_is_sent(due: int, now: datetime) -> None:
    editions.start(due, now=now)
    editions.close_finished(now=now)
    assert state(due) == "sending"
    send_all()
    editions.close_finished(now=now + SOON)
    edition = queries.edition(due)
    assert (edition.state, edition.finished_at) == ("sent", now + SOON)
    assert edition.counts["sent"] == 2
    assert Mailing.objects.get().state == "closed"


def test_looking_for_finished_editions_costs_one_question(
    due: int, now: datetime, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # untyped fixture
        editions.close_finished(now=now)


def test_an_edition_whose_readers_have_all_left_is_sent_to_nobody(due: int, now: datetime) -> None:
    Edition.objects.get(pk=due).newsletter.subscriptions.update(state="ended")
    editions.start(due, now=now)
    editions.close_finished(now=now)
    edition = queries.edition(due)
    assert (edition.state, edition.recipients) == ("sent", 0)


def test_a_paused_edition_goes_on_where_it_stopped(due: int, now: datetime) -> None:
    editions.start(due, now=now)
    editions.pause(due, by=None, now=now)
    assert (state(due), Mailing.objects.get().held) == ("paused", True)
    editions.resume(due, by=None, now=now + SOON)
    assert (state(due), Mailing.objects.get().held) == ("sending", False)


def test_an_edition_that_is_paused_before_its_time_waits(due: int, now: datetime) -> None:
    editions.pause(due, by=None, now=now)
    assert editions.claim_due(now=now) == []
    editions.start(due, now=now)
    assert state(due) == "paused"
    editions.resume(due, by=None, now=now + SOON)
    assert editions.claim_due(now=now + SOON) == [due]


def test_a_cancelled_edition_forgets_what_was_frozen(due: int, now: datetime) -> None:
    editions.cancel(due, by=None, now=now)
    editions.start(due, now=now)
    assert state(due) == "cancelled"
    assert not Mailing.objects.exists()


def test_an_edition_that_is_cancelled_while_paused_before_its_time_is_gone(
    due: int, now: datetime
) -> None:
    editions.pause(due, by=None, now=now)
    editions.cancel(due, by=None, now=now)
    assert state(due) == "cancelled"
    assert not Mailing.objects.exists()


def test_an_edition_that_is_cancelled_under_way_skips_the_rest(due: int, now: datetime) -> None:
    editions.start(due, now=now)
    editions.cancel(due, by=None, now=now)
    edition = queries.edition(due)
    assert (edition.state, edition.finished_at) == ("cancelled", now)
    assert edition.counts["skipped"] == 2
    assert Mailing.objects.get().state == "closed"


@pytest.mark.parametrize(
    ("verb", "done"),
    [
        (editions.pause, "paused"),
        (editions.resume, "resumed"),
        (editions.cancel, "cancelled"),
        (editions.submit, "submitted"),
        (editions.approve, "approved"),
    ],
)
def test_what_is_sent_stays_sent(
    verb: Callable[..., None], done: str, due: int, now: datetime
) -> None:
    editions.start(due, now=now)
    send_all()
    editions.close_finished(now=now)
    sentence = f"Edition {due} is sent already, so it cannot be {done}."
    with pytest.raises(Refused, match=sentence):
        verb(due, by=None, now=now)
