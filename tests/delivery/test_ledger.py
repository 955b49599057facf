"""The ledger: a row for everybody, leases that run out, fences that hold, facts that stay."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from publisher.audience import actions as audience
from publisher.channels.smtp import Outcome
from publisher.delivery import actions, queries
from publisher.delivery.actions import Ending
from publisher.delivery.models import Batch, Delivery, Mailing
from publisher.newsletters.models import Newsletter
from tests.factories import SubscriptionFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def take_first(now: datetime) -> actions.Hold:
    """Claim what is due and take the first batch of it."""
    held = actions.take(actions.claim_due("bulk", now=now)[0], now=now)
    assert held
    return held


def sent(held: actions.Hold, answer: str = "sent") -> list[Outcome]:
    """Return the outcome for every letter of a batch."""
    letters = queries.letters(held.batch_id)
    return [Outcome(letter.delivery_id, answer, 250, "2.0.0 taken") for letter in letters]  # type: ignore[arg-type]  # a parametrised literal


def test_every_reader_has_one_delivery_in_batches_of_the_set_size(mailing: Mailing) -> None:
    sizes = [batch.deliveries.count() for batch in mailing.batches.order_by("pk")]
    assert sizes == [3, 3, 1]
    readers = mailing.deliveries.values_list("subscriber", flat=True)
    assert len(set(readers)) == 7


def test_addressing_twice_adds_nobody(mailing: Mailing, now: datetime) -> None:
    actions.address_readers(mailing.pk, now=now)
    assert mailing.deliveries.count() == 7


def test_a_suppressed_reader_is_skipped_with_the_reason(
    newsletter: Newsletter, now: datetime, request: pytest.FixtureRequest
) -> None:
    gone = SubscriptionFactory.create(newsletter=newsletter).subscriber
    audience.suppress(gone.email, "complained", now=now)
    mailing = request.getfixturevalue("mailing")
    skipped = mailing.deliveries.get(state="skipped")
    assert (skipped.subscriber, skipped.reason) == (gone, "Suppressed: complained")
    assert skipped.batch is None


def test_nothing_is_claimed_before_it_is_due(mailing: Mailing, now: datetime) -> None:
    assert actions.claim_due("bulk", now=now - SECOND) == []
    assert len(actions.claim_due("bulk", now=now)) == 3


def test_a_claim_holds_for_its_lease_and_no_longer(mailing: Mailing, now: datetime) -> None:
    claimed = actions.claim_due("bulk", now=now)
    assert actions.claim_due("bulk", now=now + 9 * SECOND) == []
    assert sorted(actions.claim_due("bulk", now=now + 11 * SECOND)) == sorted(claimed)


def test_lanes_do_not_mix(mailing: Mailing, now: datetime) -> None:
    assert actions.claim_due("urgent", now=now) == []


def test_a_batch_is_taken_once_however_often_its_id_is_queued(
    mailing: Mailing, now: datetime
) -> None:
    held = take_first(now)
    assert actions.take(held.batch_id, now=now) is None


def test_who_is_awake_takes_what_nobody_has_come_for_and_the_id_is_worth_nothing(
    mailing: Mailing, now: datetime
) -> None:
    claimed = actions.claim_due("bulk", now=now)
    taken = [actions.take_next("bulk", now=now) for _ in claimed]
    assert [held.batch_id for held in taken if held] == claimed
    assert actions.take_next("bulk", now=now) is None
    assert actions.take(claimed[0], now=now) is None


def test_an_id_that_outlived_its_lease_on_the_queue_is_worth_nothing(
    mailing: Mailing, now: datetime
) -> None:
    first, *_ = actions.claim_due("bulk", now=now)
    assert actions.take(first, now=now + 11 * SECOND) is None
    assert first in actions.claim_due("bulk", now=now + 11 * SECOND)
    assert actions.take(first, now=now + 12 * SECOND)


def test_a_batch_whose_worker_died_is_handed_out_again_with_a_higher_fence(
    mailing: Mailing, now: datetime
) -> None:
    held = take_first(now)
    later = now + 11 * SECOND
    assert held.batch_id in actions.claim_due("bulk", now=later)
    again = actions.take(held.batch_id, now=later)
    assert again
    assert again.fence == held.fence + 1


def test_a_worker_that_lost_its_batch_may_not_go_on_but_its_facts_are_kept(
    mailing: Mailing, now: datetime
) -> None:
    held = take_first(now)
    later = now + 11 * SECOND
    actions.claim_due("bulk", now=later)
    actions.take(held.batch_id, now=later)
    assert not actions.note(held, sent(held)[:1], now=now)
    assert queries.counts(mailing.pk)["sent"] == 1
    actions.finish(held, [], Ending(), now=later)
    assert Batch.objects.get(pk=held.batch_id).state == "sending", "it is another's now"


def test_a_finished_batch_is_done(mailing: Mailing, now: datetime) -> None:
    held = take_first(now)
    assert actions.note(held, sent(held), now=now)
    actions.finish(held, [], Ending(), now=now)
    assert Batch.objects.get(pk=held.batch_id).state == "done"
    assert queries.counts(mailing.pk)["sent"] == 3


def test_whoever_was_not_tried_is_queued_again_at_once(mailing: Mailing, now: datetime) -> None:
    held = take_first(now)
    actions.note(held, sent(held)[:1], now=now)
    actions.finish(held, [], Ending(), now=now)
    assert held.batch_id in actions.claim_due("bulk", now=now)
    assert len(queries.letters(held.batch_id)) == 2


def test_the_deferred_wait_by_themselves_and_longer_each_time(
    mailing: Mailing, now: datetime
) -> None:
    held = take_first(now)
    actions.note(held, sent(held, "deferred"), now=now)
    actions.finish(held, [], Ending(), now=now)
    later = Batch.objects.exclude(due_at=now).get()
    assert later.due_at == now + timedelta(minutes=1)
    actions.claim_due("bulk", now=later.due_at)
    again = actions.take(later.pk, now=later.due_at)
    assert again
    actions.note(again, sent(again, "deferred"), now=now)
    actions.finish(again, [], Ending(), now=later.due_at)
    assert Batch.objects.latest("pk").due_at == later.due_at + timedelta(minutes=5)
    assert queries.counts(mailing.pk)["deferred"] == 3


def test_after_two_days_of_later_it_is_a_bounce(mailing: Mailing, now: datetime) -> None:
    held = take_first(now)
    actions.note(held, sent(held, "deferred"), now=now)
    actions.finish(held, [], Ending(), now=now + timedelta(days=2, seconds=1))
    assert queries.counts(mailing.pk)["bounced"] == 3


def test_a_relay_that_is_down_costs_nobody_a_try(mailing: Mailing, now: datetime) -> None:
    held = take_first(now)
    actions.finish(held, [], Ending(problem="No connection to mail.example:25."), now=now)
    batch = Batch.objects.get(pk=held.batch_id)
    assert (batch.state, batch.due_at) == ("queued", now + 2 * SECOND)
    assert queries.problem(mailing.pk) == "No connection to mail.example:25."


def test_a_held_mailing_rests_and_goes_on(mailing: Mailing, now: datetime) -> None:
    held = take_first(now)
    actions.hold(mailing.pk)
    assert not actions.note(held, [], now=now)
    actions.finish(held, [], Ending(), now=now)
    assert actions.claim_due("bulk", now=now + 60 * SECOND) == []
    actions.release(mailing.pk, now=now)
    assert len(actions.claim_due("bulk", now=now + 60 * SECOND)) == 3


def test_a_cancelled_mailing_ends_and_what_was_in_flight_counts_as_sent(
    mailing: Mailing, now: datetime
) -> None:
    held = take_first(now)
    in_flight = sent(held)[:1]
    actions.cancel(mailing.pk, now=now)
    assert not actions.note(held, in_flight, now=now)
    figures = queries.counts(mailing.pk)
    assert (figures["sent"], figures["skipped"]) == (1, 6)
    assert actions.claim_due("bulk", now=now + 60 * SECOND) == []


def test_a_mailing_is_finished_when_no_batch_is_open(mailing: Mailing, now: datetime) -> None:
    assert actions.close_finished([mailing.pk]) == []
    mailing.batches.update(state="done")
    assert actions.close_finished([mailing.pk]) == [mailing.pk]
    assert actions.close_finished([mailing.pk]) == []


def test_who_is_being_sent_to_is_told_apart_from_who_waits(mailing: Mailing, now: datetime) -> None:
    take_first(now)
    figures = queries.counts(mailing.pk)
    assert (figures["sending"], figures["queued"]) == (3, 4)


@pytest.mark.parametrize("leave", ["unsubscribe", "suppress", "erase"])
def test_a_letter_to_somebody_who_left_meanwhile_has_an_obstacle(
    mailing: Mailing, newsletter: Newsletter, now: datetime, leave: str
) -> None:
    wish = newsletter.subscriptions.order_by("subscriber").first()
    assert wish
    email = wish.subscriber.email
    leaving: dict[str, Callable[[], object]] = {
        "unsubscribe": lambda: audience.unsubscribe(wish.pk, now=now),
        "suppress": lambda: audience.suppress(email, "complained", now=now),
        "erase": lambda: audience.erase(email),
    }
    leaving[leave]()
    obstacles = [letter.obstacle for letter in queries.letters(take_first(now).batch_id)]
    assert [bool(obstacle) for obstacle in obstacles] == [True, False, False]


def test_an_outcome_is_written_once(mailing: Mailing, now: datetime) -> None:
    held = take_first(now)
    outcomes = sent(held)
    actions.note(held, outcomes, now=now)
    actions.recover([Outcome(outcomes[0].key, "refused", 550, "5.1.1 unknown")], now=now)
    assert Delivery.objects.get(pk=outcomes[0].key).state == "sent"
