"""`publisher editions`."""

from datetime import datetime, timedelta
from email import message_from_bytes

import pytest

from publisher import clock
from publisher.articles.models import Article
from publisher.delivery import reports
from publisher.delivery.models import Delivery, Mailing
from publisher.newsletters import editions
from publisher.newsletters.models import Edition
from tests.cli.conftest import Ask, Run
from tests.delivery.findings import complaint, hard
from tests.factories import NOW, ArticleFactory, EditionFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
STATES = ("queued", "sending", "sent", "deferred", "bounced", "refused", "skipped")


@pytest.fixture(autouse=True)
def daily() -> None:
    """Have an article, and a newsletter with one reader."""
    ArticleFactory.create(slug="ferry", title="The ferry is late")
    SubscriptionFactory.create(newsletter__slug="daily", subscriber__email="ada@example.org")


def test_beginning_one_prints_its_id_alone(publisher: Run) -> None:
    result = publisher("editions", "create", "daily", "--article", "ferry")
    assert result.stdout == f"{Edition.objects.get().pk}\n"


def test_with_a_time_it_is_scheduled_at_once(ask: Ask) -> None:
    made = ask("editions", "create", "daily", "--article", "ferry", "--at", "+10m")
    assert (made["state"], made["subject"]) == ("scheduled", "The ferry is late")
    assert made["due_at"].endswith("+00:00")


def test_where_approval_is_needed_it_waits_for_it(ask: Ask) -> None:
    SubscriptionFactory.create(newsletter__slug="weekend", newsletter__needs_approval=True)
    made = ask("editions", "create", "weekend", "--article", "ferry", "--at", "+10m")
    assert made["state"] == "in review"
    assert ask("editions", "approve", made["id"])["state"] == "scheduled"


def test_it_shows_what_became_of_every_mail(ask: Ask) -> None:
    made = ask("editions", "create", "daily", "--article", "ferry", "--at", "+10m")
    shown = ask("editions", "show", made["id"])
    assert shown["counts"] == dict.fromkeys(STATES, 0)
    assert (shown["recipients"], shown["articles"]) == (1, ["ferry"])
    assert (shown["started_at"], shown["finished_at"]) == (None, None)
    assert [each["id"] for each in ask("editions", "list")] == [made["id"]]


def test_it_shows_why_some_still_wait(ask: Ask, publisher: Run) -> None:
    made = ask(
        *("editions", "create", "daily", "--article", "ferry", "--at", "now", "--spread", "2h")
    )
    assert ask("editions", "show", made["id"])["delays"] == []
    editions.start(made["id"], now=clock.now())
    (delay,) = ask("editions", "show", made["id"])["delays"]
    assert delay["sentence"].startswith("It is spread over 2 hours: the last readers get theirs")
    assert delay["until"].endswith("+00:00")
    assert delay["sentence"] in publisher("editions", "show", str(made["id"])).stdout


def test_it_is_paused_resumed_and_cancelled(ask: Ask, publisher: Run) -> None:
    made = ask("editions", "create", "daily", "--article", "ferry", "--at", "+10m")
    assert ask("editions", "pause", made["id"])["state"] == "paused"
    assert ask("editions", "resume", made["id"])["state"] == "scheduled"
    assert publisher("editions", "cancel", made["id"]).stdout == (
        f"Edition {made['id']} is cancelled.\n"
    )
    assert publisher("editions", "resume", made["id"]).exit_code == 1


def test_it_is_breaking_news_or_spread(ask: Ask, publisher: Run) -> None:
    words = ("editions", "create", "daily", "--article", "ferry", "--at", "+10m")
    breaking = ask(*words, "--breaking")
    assert (breaking["breaking"], breaking["spread"]) == (True, None)
    spread = ask("editions", "schedule", breaking["id"], "--not-breaking", "--spread", "2h")
    assert (spread["breaking"], spread["spread"]) == (False, "2h")
    assert ask("editions", "schedule", breaking["id"])["spread"] == "2h"
    assert ask("editions", "schedule", breaking["id"], "--spread", "0m")["spread"] is None
    assert "choose one or the other" in publisher(*words, "--breaking", "--spread", "2h").stderr
    assert "write one such as 90m or 2h" in publisher(*words, "--spread", "two").stderr


def test_what_gmail_would_cut_off_has_to_be_accepted(ask: Ask, publisher: Run) -> None:
    Article.objects.update(standfirst="Ä" * 20_000)
    words = ("editions", "create", "daily", "--article", "ferry", "--at", "+10m")
    refused = publisher(*words)
    assert refused.exit_code == 1
    assert "accept the clipping" in refused.stderr
    made = ask(*words, "--accept-clipping")
    assert made["state"] == "scheduled"
    assert made["warnings"][0].startswith("Gmail cuts it off: its HTML is")


def test_what_needs_approval_is_weighed_before_it_is_asked_for(ask: Ask, publisher: Run) -> None:
    SubscriptionFactory.create(newsletter__slug="weekend", newsletter__needs_approval=True)
    made = ask("editions", "create", "weekend", "--article", "ferry", "--at", "+10m")
    Article.objects.update(standfirst="Ä" * 20_000)
    assert "accept the clipping" in publisher("editions", "approve", made["id"]).stderr
    approved = ask("editions", "approve", made["id"], "--accept-clipping")
    assert approved["state"] == "scheduled"


def test_it_says_when_it_needs_a_decision(ask: Ask) -> None:
    made = ask("editions", "create", "daily", "--article", "ferry", "--at", "now")
    assert not made["needs_decision"]
    editions.start(made["id"], now=datetime.fromisoformat(made["due_at"]) + timedelta(hours=9))
    shown = ask("editions", "show", made["id"])
    assert shown["needs_decision"]
    assert "9 hours ago, and nothing was running" in shown["problem"]
    assert ask("editions", "resume", made["id"])["problem"] == ""


def test_a_draft_needs_a_time_to_be_scheduled(ask: Ask, publisher: Run) -> None:
    draft = ask("editions", "create", "daily", "--article", "ferry")["id"]
    assert "say it with --at" in publisher("editions", "schedule", draft).stderr
    assert ask("editions", "schedule", draft, "--at", "2099-01-01T08:00Z")["due_at"] == (
        "2099-01-01T08:00:00+00:00"
    )


def test_a_time_that_has_passed_is_refused(publisher: Run) -> None:
    words = ("editions", "create", "daily", "--article", "ferry")
    assert publisher(*words, "--at", "2020-01-01T08:00Z").exit_code == 1
    assert not Edition.objects.exists()


def test_a_preview_is_the_mail_itself(publisher: Run) -> None:
    edition = EditionFactory.create()
    mail = message_from_bytes(publisher("editions", "preview", edition.pk, "--eml").stdout_bytes)
    assert mail["Subject"] == edition.subject
    assert "<html" in publisher("editions", "preview", edition.pk, "--html").stdout
    assert "<html" not in publisher("editions", "preview", edition.pk, "--text").stdout


def test_one_preview_at_a_time(publisher: Run) -> None:
    edition = EditionFactory.create()
    assert publisher("editions", "preview", edition.pk, "--eml", "--html").exit_code == 2


def test_a_test_mail_goes_to_one_address(publisher: Run) -> None:
    edition = EditionFactory.create()
    result = publisher("editions", "test", edition.pk, "ben@courier.example")
    assert result.stdout == f"Edition {edition.pk} is on its way to ben@courier.example.\n"


def test_an_unknown_one_is_refused(publisher: Run) -> None:
    assert publisher("editions", "show", "404404").stderr == "There is no edition 404404.\n"


def test_it_shows_what_came_back(ask: Ask, publisher: Run) -> None:
    made = ask("editions", "create", "daily", "--article", "ferry", "--at", "+10m")["id"]
    sent = Delivery.objects.create(mailing=Mailing.objects.get(), state="sent")
    reports.take([hard(sent.pk), complaint(sent.pk)], now=NOW)
    shown = ask("editions", "show", made)
    assert (shown["complaints"], shown["bounces"]) == (1, {"invalid": 1})
    assert shown["returned"][0]["words"] == "mailbox does not exist"
    assert "550 5.1.1 mailbox unavailable" in publisher("editions", "show", made).stdout
