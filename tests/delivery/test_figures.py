"""What came back, in figures that an editor reads."""

from dataclasses import replace
from datetime import datetime

import pytest

from publisher.delivery import figures, reports
from publisher.delivery.models import Delivery, Mailing
from tests.delivery.findings import complaint, hard, late, soft

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(mailing: Mailing) -> list[Delivery]:
    """Return the seven deliveries of a mailing that has left."""
    mailing.deliveries.update(state="sent")
    return list(mailing.deliveries.order_by("pk"))


def test_bounces_are_told_by_group_and_complaints_apart(
    mailing: Mailing, sent: list[Delivery], now: datetime
) -> None:
    told = [hard(sent[0].pk), hard(sent[1].pk), soft(sent[2].pk), complaint(sent[3].pk)]
    reports.take(told, now=now)
    returned = figures.of_mailing(mailing.pk)
    assert returned.bounces == {"invalid": 2, "full": 1}
    assert returned.complaints == 1
    assert returned.tallies[0].words == "mailbox does not exist"
    assert returned.tallies[0].reason == "550 5.1.1 mailbox unavailable"


def test_a_mail_is_counted_once_and_a_late_one_not_at_all(
    mailing: Mailing, sent: list[Delivery], now: datetime
) -> None:
    first, second = sent[0].pk, sent[1].pk
    reports.take([late(first, "1"), soft(first, "2"), soft(first, "3"), late(second, "1")], now=now)
    assert figures.of_mailing(mailing.pk).bounces == {"full": 1}


def test_who_was_left_out_or_put_off_is_told_with_the_reason(
    mailing: Mailing, sent: list[Delivery], now: datetime
) -> None:
    for place, state, reason in (
        (0, "skipped", "No longer subscribed."),
        (1, "skipped", "No longer subscribed."),
        (2, "deferred", "452 4.2.2 mailbox full"),
        (3, "refused", "The recipient address 'zo e@x.org' is not one."),
        (4, "refused", "550 5.1.1 mailbox unavailable"),
    ):
        Delivery.objects.filter(pk=sent[place].pk).update(state=state, reason=reason)
    reports.take([hard(sent[4].pk)], now=now)
    assert [(each.state, each.readers) for each in figures.missed(mailing.pk)] == [
        ("skipped", 2),
        ("deferred", 1),
        ("refused", 1),
    ]
    assert figures.missed(None) == []


def test_what_came_back_of_another_mailing_is_its_own(sent: list[Delivery], now: datetime) -> None:
    reports.take([hard(sent[0].pk)], now=now)
    assert figures.of_mailing(sent[0].mailing_id + 1).tallies == ()
    assert figures.of_mailing(None).tallies == ()


def test_a_reader_is_shown_what_came_back_of_theirs(sent: list[Delivery], now: datetime) -> None:
    away = replace(soft(sent[0].pk, "2"), kind="autoreply", group="autoreply", reason="On leave")
    reports.take([hard(sent[0].pk), away, hard(sent[1].pk)], now=now)
    assert sent[0].subscriber_id
    notices = figures.of_reader(sent[0].subscriber_id)
    assert sorted((each.kind, each.words) for each in notices) == [
        ("autoreply", "answered by itself"),
        ("bounce", "mailbox does not exist"),
    ]
