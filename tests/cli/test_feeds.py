"""`publisher feeds`."""

import json

import pytest

from publisher.articles.models import Feed
from tests.cli.conftest import Ask, Run
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_feed_on_this_machine_is_refused(publisher: Run) -> None:
    result = publisher("feeds", "add", "http://127.0.0.1/feed.xml")
    assert result.exit_code == 1
    assert "127.0.0.1" in result.stderr


def test_the_list_says_what_is_wrong(ask: Ask) -> None:
    Feed.objects.create(url="https://courier.example/feed.xml", due_at=NOW, problem="It is gone.")
    (feed,) = ask("feeds", "list")
    assert (feed["state"], feed["problem"]) == ("failing", "It is gone.")
    assert feed["due_at"] == "2026-11-23T08:00:00+00:00"


def test_polling_tells_what_came_of_it(publisher: Run) -> None:
    Feed.objects.create(url="http://127.0.0.1/feed.xml", due_at=NOW)
    result = publisher("feeds", "poll", "--json")
    (feed,) = json.loads(result.stdout)
    assert (feed["articles"], feed["state"]) == (0, "failing")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("http://127.0.0.1/feed.xml: ")


def test_a_feed_that_cannot_be_read_is_kept_and_said_so(publisher: Run) -> None:
    # A name that no resolver has (RFC 6761 section 6.4).
    result = publisher("feeds", "add", "https://courier.invalid/feed.xml")
    feed = Feed.objects.get()
    assert (result.exit_code, result.stdout) == (1, f"{feed.pk}\n")
    assert result.stderr == f"{feed.url}: {feed.problem} It is asked again later.\n"
