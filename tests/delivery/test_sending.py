"""A batch on its way: to everybody once, whatever the relay does, and never to who has left."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from pytest_django import Settings

from publisher import secrecy
from publisher.audience import actions as audience
from publisher.audience.models import Subscriber, Suppression
from publisher.channels.smtp import Outcome
from publisher.delivery import actions, journal, queries, sending, verp
from publisher.delivery.domains import keys as domain_keys
from publisher.delivery.models import Delivery, Domain, Mailing
from publisher.newsletters.models import Newsletter
from tests.delivery.keys import DOMAIN, keys, verdicts
from tests.recorder import Recorder

# The outcomes are noted in a thread of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)
ZOE = "zoë@reader.example"


def send_all(now: datetime) -> None:
    """Send every batch that is due."""
    for batch_id in actions.claim_due("bulk", now=now):
        sending.send_batch(batch_id, now=now)


def test_everybody_gets_it_once_and_the_ledger_says_so(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    send_all(now)
    send_all(now)
    assert len(recorder.mails) == len(recorder.copies) == 7
    assert queries.counts(mailing.pk)["sent"] == 7
    assert Delivery.objects.filter(reason="2.0.0 taken").count() == 7
    assert actions.close_finished([mailing.pk])


def test_each_mail_is_its_readers_own(mailing: Mailing, recorder: Recorder, now: datetime) -> None:
    send_all(now)
    recipient, raw = recorder.mails[0]
    mail = message_from_bytes(raw, policy=policy.default)
    reader = mailing.deliveries.get(subscriber__email=recipient).subscriber
    assert reader
    assert recipient in mail["To"]
    body = mail.get_body(("plain",))
    assert body
    assert f"Good morning, {reader.name}!" in body.get_content()
    ids = {message_from_bytes(raw)["Message-ID"] for _, raw in recorder.mails}
    assert len(ids) == 7


def test_connections_are_kept_from_batch_to_batch(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    send_all(now)
    assert recorder.connections <= 3


def test_an_id_that_is_queued_twice_sends_once(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    first, *_ = actions.claim_due("bulk", now=now)
    sending.send_batch(first, now=now)
    sending.send_batch(first, now=now)
    assert set(recorder.copies.values()) == {1}


def test_refused_and_deferred_recipients_are_told_apart(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    unknown, full, *_ = mailing.deliveries.values_list("subscriber__email", flat=True)
    answers = {unknown: "550 5.1.1 no such user", full: "452 4.2.2 mailbox full"}
    recorder.answer = lambda recipient: answers.get(recipient, "250 2.0.0 taken")
    send_all(now)
    figures = queries.counts(mailing.pk)
    assert (figures["sent"], figures["refused"], figures["deferred"]) == (5, 1, 1)
    refused = queries.results(mailing.pk, ["refused"], limit=5)
    assert [(result.email, result.reason) for result in refused] == [
        (unknown, "5.1.1 no such user")
    ]


def test_an_address_that_no_mail_can_be_written_to_stops_nobody_else(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    odd = mailing.deliveries.order_by("pk")[1].subscriber
    assert odd
    Subscriber.objects.filter(pk=odd.pk).update(email="zo e@reader.example")
    send_all(now)
    assert queries.counts(mailing.pk)["sent"] == 6
    (refused,) = queries.results(mailing.pk, ["refused"], limit=5)
    assert "zo e@reader.example" in refused.reason


def test_letters_of_any_script_go_where_the_server_offers_that(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    Subscriber.objects.filter(delivery=mailing.deliveries.first()).update(email=ZOE)
    recorder.extensions = ("PIPELINING", "SMTPUTF8")
    send_all(now)
    assert queries.counts(mailing.pk)["sent"] == 7
    (raw,) = (raw for recipient, raw in recorder.mails if recipient == ZOE)
    assert f"<{ZOE}>".encode() in raw


def test_elsewhere_they_are_refused_with_the_reason_and_nobody_is_suppressed(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    Subscriber.objects.filter(delivery=mailing.deliveries.first()).update(email=ZOE)
    send_all(now)
    (refused,) = queries.results(mailing.pk, ["refused"], limit=5)
    assert refused.reason == "5.6.7 The mail server takes no addresses with accents before the @."
    assert not Suppression.objects.exists()


def test_a_relay_that_is_down_is_tried_again_later_with_everybody_still_queued(
    mailing: Mailing, settings: Settings, recorder: Recorder, now: datetime
) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://127.0.0.1:9"
    send_all(now)
    assert queries.counts(mailing.pk)["queued"] == 7
    assert "127.0.0.1:9" in queries.problem(mailing.pk)
    assert actions.claim_due("bulk", now=now) == []


def test_who_leaves_before_their_batch_is_skipped(
    mailing: Mailing, newsletter: Newsletter, recorder: Recorder, now: datetime
) -> None:
    wish = newsletter.subscriptions.select_related("subscriber").first()
    assert wish
    audience.unsubscribe(wish.pk, now=now)
    send_all(now)
    assert wish.subscriber.email not in recorder.copies
    skipped = mailing.deliveries.get(state="skipped")
    assert (skipped.subscriber_id, skipped.reason) == (
        wish.subscriber_id,
        "No longer subscribed.",
    )


def test_what_a_killed_worker_was_told_is_not_sent_again(
    mailing: Mailing, recorder: Recorder, settings: Settings, now: datetime
) -> None:
    first, *_ = actions.claim_due("bulk", now=now)
    held = actions.take(first, now=now)
    assert held
    told = queries.letters(first)[0]
    with pytest.raises(KeyboardInterrupt), journal.keep(settings.PLACES.journal) as book:
        _die_after(book, Outcome(told.delivery_id, "sent", 250, "2.0.0 taken"))
    later = now + actions.LEASE * 2
    send_all(later)
    assert told.address not in recorder.copies
    assert queries.counts(mailing.pk)["sent"] == 7


def test_what_a_frozen_worker_was_told_is_not_sent_again(
    mailing: Mailing, recorder: Recorder, settings: Settings, now: datetime
) -> None:
    first, *_ = actions.claim_due("bulk", now=now)
    assert actions.take(first, now=now)
    told = queries.letters(first)[0]
    with journal.keep(settings.PLACES.journal) as book:
        book.write(Outcome(told.delivery_id, "sent", 250, "2.0.0 taken"))
        send_all(now + actions.LEASE * 2)
    assert told.address not in recorder.copies
    assert queries.counts(mailing.pk)["sent"] == 7


def _die_after(book: journal.Journal, outcome: Outcome) -> None:
    book.write(outcome)
    raise KeyboardInterrupt


def test_a_mail_whose_answer_was_lost_goes_out_again_under_the_same_id(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    answers = iter([None])
    recorder.answer = lambda _: next(answers, "250 2.0.0 taken")
    send_all(now)
    assert len(recorder.copies) == len(recorder.mails)
    send_all(now + timedelta(minutes=1))
    (recipient,) = [address for address, copies in recorder.copies.items() if copies == 2]
    ids = {message_from_bytes(raw)["Message-ID"] for to, raw in recorder.mails if to == recipient}
    assert len(ids) == 1
    assert queries.counts(mailing.pk)["sent"] == 7


def test_nothing_leaves_after_a_mailing_was_held(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    claimed = actions.claim_due("bulk", now=now)
    actions.hold(mailing.pk)
    for batch_id in claimed:
        sending.send_batch(batch_id, now=now)
    assert recorder.mails == []


def test_mail_of_our_own_domain_is_signed_and_its_bounces_name_their_delivery(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    Domain.objects.create(
        name=DOMAIN,
        rsa_selector=keys()[0].selector,
        ed25519_selector=keys()[1].selector,
        keys=secrecy.seal({key.selector: domain_keys._stored(key.private) for key in keys()}),
        bounces_to=f"bounces@{DOMAIN}",
        created_at=now,
    )
    send_all(now)
    assert queries.counts(mailing.pk)["sent"] == 7
    assert [verdicts(raw) for _, raw in recorder.mails] == [[True, True]] * 7
    told = {verp.delivery_of(sender) for sender in recorder.senders}
    assert told == set(mailing.deliveries.values_list("pk", flat=True))
