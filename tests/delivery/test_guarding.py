"""A burst of refusals: what stops a mailing, in which words, and what does not."""

from datetime import datetime

import pytest
from pytest_django import Settings

from publisher.audience.models import Subscriber, Subscription
from publisher.delivery import actions, guarding
from publisher.delivery.models import Batch, Delivery, Mailing
from publisher.newsletters.models import Newsletter
from tests.delivery.conftest import frozen
from tests.factories import NewsletterFactory

pytestmark = pytest.mark.django_db
BLOCKED = "5.7.1 Client host [203.0.113.7] blocked, see https://relay.example/p?id=a640c23a62f3a"
UNKNOWN = "5.1.1 <{}>: no such user"


@pytest.fixture
def newsletter(now: datetime) -> Newsletter:
    """Return a newsletter with seven hundred readers: too many for a factory."""
    newsletter = NewsletterFactory.create()
    readers = Subscriber.objects.bulk_create(
        Subscriber(email=f"reader{number}@reader.example", digest=str(number), created_at=now)
        for number in range(700)
    )
    Subscription.objects.bulk_create(
        Subscription(newsletter=newsletter, subscriber=reader, state="active", asked_at=now)
        for reader in readers
    )
    return newsletter


@pytest.fixture
def mailing(newsletter: Newsletter, settings: Settings, now: datetime) -> Mailing:
    """Return an open mailing to them, in batches of a hundred."""
    settings.BATCH_RECIPIENTS = 100
    addressing = actions.Addressing(
        lane="bulk",
        sender="daily@courier.example",
        domain="courier.example",
        newsletter_id=newsletter.pk,
        wants="active",
    )
    mailing_id = actions.prepare(frozen(), addressing, now=now)
    actions.address_readers(mailing_id, now=now)
    return Mailing.objects.get(pk=mailing_id)


def answered(number: int, refused: int, reason: str = BLOCKED, state: str = "refused") -> Mailing:
    """Finish the batch of this number, so many of it refused, and let the guard look."""
    batch = Batch.objects.order_by("pk")[number]
    letters = batch.deliveries.select_related("subscriber").order_by("pk")
    for place, letter in enumerate(letters):
        is_refused = place < refused
        email = letter.subscriber.email if letter.subscriber else ""
        letter.state = state if is_refused else "sent"
        letter.reason = reason.format(email) if is_refused else "2.0.0 taken"
    Delivery.objects.bulk_update(letters, ["state", "reason"])
    Batch.objects.filter(pk=batch.pk).update(state="done")
    guarding.watch(batch.mailing_id, batch.pk)
    return Mailing.objects.get(pk=batch.mailing_id)


def test_more_than_one_in_twenty_of_the_first_stops_it(mailing: Mailing) -> None:
    stopped = answered(0, refused=12)
    assert stopped.held
    assert stopped.problem == (
        "12 of the first 100 were refused (12.0%), most often: 5.7.1 Client host [203.0.113.7] "
        "blocked, see https://relay.example/p?id=…; "
        "look at the list or the relay, then resume or cancel."
    )


def test_the_commonest_reason_is_found_behind_the_names_of_readers(mailing: Mailing) -> None:
    stopped = answered(0, refused=30, reason=UNKNOWN)
    assert "most often: 5.1.1 …: no such user; look at" in stopped.problem


def test_single_bad_addresses_are_no_burst(mailing: Mailing) -> None:
    assert not answered(0, refused=9).held
    assert not answered(1, refused=0).held


def test_a_share_that_grows_slowly_is_noticed(mailing: Mailing) -> None:
    assert not answered(0, refused=8).held
    assert answered(1, refused=4).problem.startswith("12 of the first 200 were refused (6.0%)")


def test_a_tidy_list_is_left_alone(mailing: Mailing) -> None:
    for number in range(3):
        assert not answered(number, refused=5).held


def test_only_the_first_five_hundred_count_as_first(mailing: Mailing) -> None:
    for number in range(5):
        answered(number, refused=2)
    assert not answered(5, refused=30).held


def test_a_later_batch_that_is_mostly_refused_stops_it(mailing: Mailing) -> None:
    for number in range(5):
        answered(number, refused=2)
    stopped = answered(5, refused=60)
    assert stopped.problem.startswith("60 of this batch of 100 were refused (60.0%)")


def test_who_bounced_counts_like_who_was_refused(mailing: Mailing) -> None:
    assert answered(0, refused=12, state="bounced").held


def test_who_was_left_out_or_put_off_does_not_count(mailing: Mailing) -> None:
    for state in ("skipped", "deferred"):
        assert not answered(0, refused=50, state=state).held


def test_what_an_editor_let_pass_does_not_stop_it_again(mailing: Mailing, now: datetime) -> None:
    answered(0, refused=12)
    actions.release(mailing.pk, now=now)
    assert not answered(1, refused=12).held


def test_what_became_much_worse_does(mailing: Mailing, now: datetime) -> None:
    answered(0, refused=12)
    actions.release(mailing.pk, now=now)
    assert answered(1, refused=50).problem.startswith("62 of the first 200 were refused (31.0%)")


def test_when_everybody_was_tried_it_is_too_late_to_stop(mailing: Mailing) -> None:
    for number in range(6):
        answered(number, refused=0)
    assert not answered(6, refused=100).held


def test_a_hold_of_a_person_keeps_its_silence(mailing: Mailing) -> None:
    actions.hold(mailing.pk)
    assert answered(0, refused=50).problem == ""


def test_a_clean_batch_costs_two_questions(
    mailing: Mailing, django_assert_max_num_queries: object
) -> None:
    answered(0, refused=0)
    first = Batch.objects.order_by("pk")[0]
    with django_assert_max_num_queries(2):  # type: ignore[operator]  # untyped fixture
        guarding.watch(mailing.pk, first.pk)
