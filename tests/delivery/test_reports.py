"""What comes back: kept once, it moves the delivery and may silence an address, until lifted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from publisher.audience import actions as audience
from publisher.audience import addresses, queries
from publisher.audience.models import Subscriber, Suppression
from publisher.channels.smtp import Outcome
from publisher.delivery import reports
from publisher.delivery.models import Delivery, Mailing, Report
from publisher.staff import trail
from tests.delivery.findings import complaint, hard, late, soft
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADA = "ada@reader.example"


@pytest.fixture
def ada() -> Subscriber:
    return SubscriberFactory.create(email=ADA)


@pytest.fixture(autouse=True)
def patience(settings: Settings) -> None:
    settings.SOFT_BOUNCES, settings.SOFT_BOUNCE_DAYS = 3, 30


def delivery(reader: Subscriber | None, at: datetime, state: str = "sent", **more: str) -> Delivery:
    """Return what became of one mailing to a reader."""
    mailing = Mailing.objects.create(
        lane="bulk", state="closed", sender="daily@courier.example", frozen=b"", created_at=at
    )
    return Delivery.objects.create(
        mailing=mailing, subscriber=reader, state=state, finished_at=at, **more
    )


def bounces(reader: Subscriber, moments: Iterator[datetime], times: int) -> None:
    """Let so many mailings to a reader bounce softly, one at each moment."""
    for _ in range(times):
        at = next(moments)
        reports.take([soft(delivery(reader, at).pk)], now=at)


@pytest.fixture
def days(now: datetime) -> Iterator[datetime]:
    return (now + DAY * number for number in count())


def test_a_permanent_bounce_moves_a_sent_delivery_and_says_why(
    ada: Subscriber, now: datetime
) -> None:
    sent = delivery(ada, now)
    reports.take([soft(sent.pk)], now=now + DAY)
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("bounced", "552 5.2.2 mailbox full")
    assert sent.finished_at == now


@pytest.mark.parametrize("state", ["queued", "refused", "skipped"])
def test_what_was_not_sent_cannot_bounce(ada: Subscriber, now: datetime, state: str) -> None:
    other = delivery(ada, now, state)
    reports.take([hard(other.pk)], now=now)
    other.refresh_from_db()
    assert other.state == state


@pytest.mark.parametrize("kind", ["delivered", "autoreply"])
def test_an_automatic_answer_is_kept_and_changes_nothing(
    ada: Subscriber, now: datetime, kind: str
) -> None:
    sent = delivery(ada, now)
    reports.take([replace(soft(sent.pk), kind=kind, group=kind)], now=now)
    sent.refresh_from_db()
    assert (sent.state, Report.objects.get().kind) == ("sent", kind)
    assert not audience.is_suppressed(ADA)


def test_a_late_notice_changes_nothing(ada: Subscriber, now: datetime) -> None:
    sent = delivery(ada, now)
    reports.take([late(sent.pk, "1")], now=now)
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_a_hard_bounce_suppresses_at_once_in_words_an_editor_reads(
    ada: Subscriber, now: datetime
) -> None:
    reports.take([hard(delivery(ada, now).pk)], now=now)
    stop = queries.stop_at(ADA)
    assert stop
    assert stop.reason == (
        "Hard bounce on 23 November 2026: mailbox does not exist (550 5.1.1 mailbox unavailable)"
    )


def test_a_complaint_suppresses_at_once_and_the_mail_stays_sent(
    ada: Subscriber, now: datetime
) -> None:
    sent = delivery(ada, now)
    reports.take([complaint(sent.pk)], now=now)
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert Suppression.objects.get().reason.startswith("Complaint on 23 November 2026: marked as")


def test_soft_bounces_suppress_at_the_limit_and_not_before(
    ada: Subscriber, days: Iterator[datetime]
) -> None:
    bounces(ada, days, 2)
    assert not audience.is_suppressed(ADA)
    bounces(ada, days, 1)
    assert Suppression.objects.get().reason == (
        "3 soft bounces in 30 days, the last on 25 November 2026: mailbox is full"
        " (552 5.2.2 mailbox full)"
    )


def test_a_mailing_counts_once_however_often_it_is_told(ada: Subscriber, now: datetime) -> None:
    sent = delivery(ada, now)
    reports.take([soft(sent.pk, str(number)) for number in range(9)], now=now)
    assert Report.objects.count() == 9
    assert not audience.is_suppressed(ADA)


def test_late_mail_counts_where_it_is_late_again_and_again(ada: Subscriber, now: datetime) -> None:
    sent = [delivery(ada, now).pk for _ in range(3)]
    reports.take([late(pk, "1") for pk in sent], now=now)
    assert not audience.is_suppressed(ADA)
    reports.take([late(pk, "2") for pk in sent], now=now)
    assert audience.is_suppressed(ADA)


def test_old_bounces_are_forgotten(ada: Subscriber, days: Iterator[datetime]) -> None:
    bounces(ada, days, 2)
    later = (at + 31 * DAY for at in days)
    bounces(ada, later, 2)
    assert not audience.is_suppressed(ADA)


def test_a_later_mail_that_arrived_makes_good(ada: Subscriber, days: Iterator[datetime]) -> None:
    bounces(ada, days, 2)
    delivery(ada, next(days))
    later = (at + 6 * DAY for at in days)
    bounces(ada, later, 2)
    assert not audience.is_suppressed(ADA)
    bounces(ada, later, 1)
    assert audience.is_suppressed(ADA)


def test_a_mail_that_may_still_come_back_makes_nothing_good(
    ada: Subscriber, days: Iterator[datetime]
) -> None:
    bounces(ada, days, 2)
    delivery(ada, next(days))
    bounces(ada, days, 1)
    assert audience.is_suppressed(ADA)


def test_a_delivered_report_makes_good_at_once(ada: Subscriber, days: Iterator[datetime]) -> None:
    bounces(ada, days, 2)
    at = next(days)
    told = replace(soft(delivery(ada, at).pk), kind="delivered", group="delivered")
    reports.take([told], now=at)
    bounces(ada, days, 2)
    assert not audience.is_suppressed(ADA)


@pytest.mark.parametrize("group", ["policy", "size"])
def test_what_is_our_own_fault_costs_no_reader(ada: Subscriber, now: datetime, group: str) -> None:
    told = [replace(soft(delivery(ada, now).pk), group=group) for _ in range(9)]
    reports.take(told, now=now)
    assert not audience.is_suppressed(ADA)


def test_the_same_report_again_changes_nothing(ada: Subscriber, now: datetime) -> None:
    told = [hard(delivery(ada, now).pk)]
    reports.take([*told, *told], now=now)
    audience.lift(ADA, by="ben@courier.example", now=now + DAY)
    reports.take(told, now=now + DAY)
    assert Report.objects.count() == 1
    assert not audience.is_suppressed(ADA)


def test_a_lifted_address_starts_counting_anew(ada: Subscriber, days: Iterator[datetime]) -> None:
    bounces(ada, days, 3)
    audience.lift(ADA, by="ben@courier.example", now=next(days))
    bounces(ada, days, 2)
    assert not audience.is_suppressed(ADA)
    bounces(ada, days, 1)
    assert audience.is_suppressed(ADA)


def test_what_left_before_the_lift_suppresses_nobody_after_it(
    ada: Subscriber, now: datetime
) -> None:
    older = delivery(ada, now)
    audience.suppress(ADA, "asked for it", now=now)
    audience.lift(ADA, by="ben@courier.example", now=now + DAY)
    reports.take([hard(older.pk)], now=now + 2 * DAY)
    assert not audience.is_suppressed(ADA)


def test_a_test_mails_address_is_suppressed_too(now: datetime) -> None:
    reports.take([hard(delivery(None, now, address=ADA).pk)], now=now)
    assert audience.is_suppressed(ADA)


def test_an_erased_reader_is_nobody_any_more(ada: Subscriber, now: datetime) -> None:
    sent = delivery(ada, now)
    audience.erase(ADA)
    reports.take([hard(sent.pk), soft(sent.pk)], now=now)
    assert set(Report.objects.values_list("digest", flat=True)) == {""}
    assert not Suppression.objects.exists()


def test_no_report_outlives_a_reader_with_their_address(ada: Subscriber, now: datetime) -> None:
    said = f"550 5.1.1 <{ADA}>: no such\0 user"
    reports.take([replace(hard(delivery(ada, now).pk), reason=said)], now=now)
    assert Report.objects.get().reason == "550 5.1.1 <…>: no such user"
    assert ADA not in Suppression.objects.get().reason


def test_a_report_about_no_delivery_of_ours_is_dropped(now: datetime) -> None:
    reports.take([hard(7)], now=now)
    assert not Report.objects.exists()


def test_a_relays_final_answers_are_reports(ada: Subscriber, now: datetime) -> None:
    gone, later = delivery(ada, now, "refused"), delivery(ada, now, "deferred")
    answers = [
        Outcome(gone.pk, "refused", 550, "5.1.1 no such user"),
        Outcome(later.pk, "deferred", 451, "4.3.0 try again"),
    ]
    reports.from_relay(answers, now=now)
    reports.from_relay(answers, now=now)
    told = Report.objects.get()
    assert (told.source, told.group, told.hard) == ("relay", "invalid", True)
    assert audience.is_suppressed(ADA)


def test_a_mail_that_was_put_off_too_long_is_a_soft_bounce(ada: Subscriber, now: datetime) -> None:
    put_off = delivery(ada, now, "deferred")
    reports.given_up({put_off.pk: "4.2.2 mailbox full"}, now=now)
    put_off.refresh_from_db()
    assert put_off.state == "bounced"
    assert not Report.objects.get().hard


def test_the_trail_of_a_reader_says_once_why_they_get_nothing(
    ada: Subscriber, now: datetime
) -> None:
    for number in (1, 2):
        reports.take([hard(delivery(ada, now).pk, str(number))], now=now)
    (line,) = trail.of(f"reader {ada.pk}")
    assert line.who == trail.HOUSE
    assert line.did == f"suppressed: {Suppression.objects.get().reason}"


def test_many_reports_take_few_statements(now: datetime) -> None:
    readers = SubscriberFactory.create_batch(30)
    told = [finding(delivery(each, now).pk) for each in readers for finding in (hard, soft)]
    with CaptureQueriesContext(connection) as asked:
        reports.take(told, now=now)
    assert len(asked) <= 12
    digests = {addresses.digest(each.email) for each in readers}
    assert set(Suppression.objects.values_list("digest", flat=True)) == digests
