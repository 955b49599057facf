"""Suppressed addresses at the desk: why, since when, and who let mail go there again."""

from datetime import datetime

import pytest

from publisher.audience import actions as audience
from publisher.audience.models import Lift, Subscriber
from publisher.delivery import reports
from publisher.delivery.models import Delivery, Mailing
from tests.delivery.findings import hard
from tests.factories import EditionFactory, SubscriberFactory
from tests.web.conftest import At

pytestmark = pytest.mark.django_db
ADA = "ada@reader.example"
HERE = "/desk/suppressions/"


@pytest.fixture
def ada(now: datetime) -> Subscriber:
    ada = SubscriberFactory.create(email=ADA)
    audience.suppress(ADA, "Hard bounce on 23 November 2026: mailbox is closed", now=now)
    return ada


def test_the_latest_are_listed_and_strangers_without_an_address(
    at_the_desk: At, ada: Subscriber, now: datetime
) -> None:
    audience.suppress("stranger@reader.example", "asked for it", now=now)
    page = at_the_desk("author").get(HERE).content.decode()
    assert ADA in page
    assert "mailbox is closed" in page
    assert "stranger@" not in page


def test_a_stranger_is_found_by_typing_the_address(at_the_desk: At, now: datetime) -> None:
    audience.suppress("stranger@reader.example", "asked for it", now=now)
    page = at_the_desk("author").post(HERE, {"email": " Stranger@reader.example "})
    assert "asked for it" in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [("ben@reader.example", 200, "Nothing keeps mail from"), ("ben", 422, "not an e-mail address")],
)
def test_whom_nothing_keeps_mail_from_is_told(
    at_the_desk: At, typed: str, status: int, said: str
) -> None:
    answer = at_the_desk("author").post(HERE, {"email": typed})
    assert answer.status_code == status
    assert said in answer.content.decode()


@pytest.mark.parametrize("by", ["list", "reader"])
def test_an_editor_lifts_it_and_the_trail_says_who(
    at_the_desk: At, ada: Subscriber, by: str
) -> None:
    address = f"{HERE}lift/" if by == "list" else f"/desk/readers/{ada.pk}/lift/"
    desk = at_the_desk("editor")
    assert f"{ADA} gets mail again." in desk.post(address, {"email": ADA}, follow=True).text
    assert not audience.is_suppressed(ADA)
    assert Lift.objects.get().by.startswith("ben")
    assert "lifted the suppression" in desk.get(f"/desk/readers/{ada.pk}/").text


@pytest.mark.usefixtures("ada")
def test_lifting_is_asked_about_first_and_says_what_follows(at_the_desk: At) -> None:
    page = at_the_desk("editor").get(HERE).text
    question, button = page.index("It gets every edition"), page.index("Yes, lift it")
    assert page.index('<details class="confirm">') < question < button
    assert "Yes, lift it" not in at_the_desk("author").get(HERE).text


def test_lifting_twice_is_told_and_no_error(at_the_desk: At, ada: Subscriber) -> None:
    desk = at_the_desk("editor")
    desk.post(f"{HERE}lift/", {"email": ADA})
    assert desk.post(f"{HERE}lift/", {"email": ADA}).status_code == 422
    assert "nothing to lift" in desk.post(f"/desk/readers/{ada.pk}/lift/", follow=True).text


def test_an_edition_says_who_has_not_got_it_and_why(at_the_desk: At, now: datetime) -> None:
    mailing = Mailing.objects.create(
        lane="bulk", state="closed", sender="daily@courier.example", frozen=b"", created_at=now
    )
    Delivery.objects.create(mailing=mailing, state="skipped", reason="No longer subscribed.")
    edition = EditionFactory.create(state="sent", mailing=mailing, due_at=now, started_at=now)
    page = at_the_desk("author").get(f"/desk/editions/{edition.pk}/").text
    assert page.index("Who has not got it") < page.index("No longer subscribed.")


def test_an_edition_and_a_reader_show_what_came_back(at_the_desk: At, now: datetime) -> None:
    ada = SubscriberFactory.create(email=ADA)
    mailing = Mailing.objects.create(
        lane="bulk", state="closed", sender="daily@courier.example", frozen=b"", created_at=now
    )
    sent = Delivery.objects.create(mailing=mailing, subscriber=ada, state="sent", finished_at=now)
    edition = EditionFactory.create(state="sent", mailing=mailing, due_at=now, started_at=now)
    reports.take([hard(sent.pk)], now=now)
    desk = at_the_desk("author")
    for page in (f"/desk/editions/{edition.pk}/", f"/desk/readers/{ada.pk}/"):
        text = desk.get(page).text
        assert "mailbox does not exist" in text
        assert "550 5.1.1 mailbox unavailable" in text
