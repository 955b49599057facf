"""What is on air, at a glance and for the script that looks again every two seconds."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from publisher.delivery import mailboxes
from publisher.delivery.models import Delivery, Mailbox, Mailing
from publisher.newsletters import editions
from publisher.newsletters.models import Edition
from publisher.web.desk.board import board
from tests.factories import (
    AccountFactory,
    EditionFactory,
    NewsletterFactory,
    PostFactory,
    SubscriptionFactory,
)
from tests.web.conftest import At

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def edition() -> Edition:
    edition = EditionFactory.create(subject="High water")
    SubscriptionFactory.create_batch(4, newsletter=edition.newsletter)
    return edition


def test_what_leaves_shows_how_far_it_is(edition: Edition, now: datetime) -> None:
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)
    first, second, *_ = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(state="sent")
    Delivery.objects.filter(pk=second.pk).update(state="bounced")
    seen = board(now)
    (sending,) = seen.sending
    assert (sending.done, sending.recipients) == (2, 4)
    assert [row.remark for row in seen.problems] == ["1 bounced of 4"]


def test_what_is_due_stands_in_the_order_in_which_it_comes(edition: Edition, now: datetime) -> None:
    editions.schedule(edition.pk, now + 2 * HOUR, by=None, now=now)
    PostFactory.create(text="Third", due_at=now + 3 * HOUR)
    PostFactory.create(text="First", due_at=now + HOUR)
    assert [row.title for row in board(now).due] == ["First", "High water", "Third"]


def test_what_waits_for_approval_is_told_apart_from_drafts(now: datetime) -> None:
    strict = NewsletterFactory.create(needs_approval=True)
    EditionFactory.create(newsletter=strict, subject="Asked for", state="in review")
    EditionFactory.create(newsletter=strict, subject="Only begun")
    careful = AccountFactory.create(needs_approval=True)
    PostFactory.create(account=careful, text="Not yet approved", state="draft", due_at=None)
    PostFactory.create(text="A draft of nobody's concern", state="draft", due_at=None)
    assert [row.title for row in board(now).waiting] == ["Asked for", "Not yet approved"]


def test_trouble_is_told_while_it_is_news(now: datetime) -> None:
    AccountFactory.create(name="courier", stopped_reason="The token was revoked.")
    PostFactory.create(text="Fresh", state="failed", reason="Too long.", due_at=now - HOUR)
    PostFactory.create(text="Old", state="failed", due_at=now - timedelta(days=4))
    PostFactory.create(text="Doubt", state="unsure", sent_at=now, due_at=now - timedelta(days=4))
    seen = board(now)
    assert [account.name for account in seen.ill] == ["courier"]
    assert [row.title for row in seen.problems] == ["Fresh", "Doubt"]


def test_what_needs_a_decision_stands_alone_and_says_why(
    at_the_desk: At, edition: Edition, now: datetime
) -> None:
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now + 9 * HOUR)
    seen = board(now + 9 * HOUR)
    assert [issue.id for issue in seen.asking] == [edition.pk]
    assert [*seen.due, *seen.problems] == []
    assert seen.sending == []
    page = at_the_desk("editor").get("/desk/").content.decode()
    assert "Needs a decision" in page
    assert "9 hours ago, and nothing was running; resume to send it now" in page


def test_what_stopped_half_way_stands_once_where_it_is_decided(
    edition: Edition, now: datetime
) -> None:
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)
    Mailing.objects.update(problem="The login was refused.", held=True)
    editions.follow_ledger(now=now)
    seen = board(now)
    assert [issue.id for issue in seen.asking] == [edition.pk]
    assert [*seen.sending, *seen.problems] == []


def test_a_relay_that_is_down_needs_a_look_and_no_decision(edition: Edition, now: datetime) -> None:
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)
    Mailing.objects.update(problem="No connection to mail.example:25.")
    editions.follow_ledger(now=now)
    seen = board(now)
    assert seen.asking == []
    assert [row.remark for row in seen.problems] == ["No connection to mail.example:25."]


def test_the_script_gets_the_board_and_nothing_around_it(at_the_desk: At, edition: Edition) -> None:
    editions.schedule(edition.pk, edition.created_at, by=None, now=edition.created_at)
    desk = at_the_desk("author")
    fragment = desk.get("/desk/on-air/").content.decode()
    assert "High water" in fragment
    assert "<html" not in fragment
    assert fragment.strip() in desk.get("/desk/").content.decode()


def test_an_empty_house_says_so(at_the_desk: At, client: Client) -> None:
    page = at_the_desk("author").get("/desk/").content.decode()
    assert "Nothing is leaving at this moment." in page
    assert "Nothing is scheduled." in page


def test_a_mailbox_that_cannot_be_read_needs_a_look(now: datetime) -> None:
    mailboxes.add("returns", "imaps://ada:tide@mail.example", now=now)
    assert board(now).unread == []
    Mailbox.objects.update(problem="It is down.")
    (line,) = board(now).unread
    assert (line.name, line.problem) == ("returns", "It is down.")
