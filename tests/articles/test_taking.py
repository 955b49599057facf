"""An item is never taken twice, whatever its GUID, its link or its words do."""

import threading
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from django.db import connection

from publisher.articles import actions, queries
from publisher.articles.manuscripts import Manuscript
from publisher.articles.models import Article, Taken
from tests.articles.wire import FERRY, LATE, add, poll, serve
from tests.loopback import Site

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_new_items_become_articles_with_their_own_dates(site: Site, now: datetime) -> None:
    written = now - timedelta(days=3)
    serve(site, FERRY.format(site.url, 1, LATE) + f"<pubDate>{format_datetime(written)}</pubDate>")
    feed = add(site, now)
    assert poll(feed, now) == 1
    story = queries.by_slug("the-ferry", now)
    assert story is not None
    assert (story.published_at, story.source) == (written, "The Wire")
    assert story.canonical_url == f"{site.url}/ferry"
    assert [(row.title, row.articles, row.problem) for row in queries.feeds()] == [
        ("The Wire", 1, "")
    ]


@pytest.mark.parametrize(
    "again",
    [
        FERRY.format("{}", 1, LATE),
        FERRY.format("{}", 2, LATE),
        FERRY.format("{}", 2, "It is in."),
        FERRY.format("{}/nl", 2, LATE),
        FERRY.format("{}", 1, LATE).replace("/ferry", "/boat").replace(LATE, "It is in."),
        FERRY.format("{}", 2, "In.").replace("/ferry", "/ferry/?utm_source=a#b"),
        "<title>The ferry</title><description>It is late.</description>",
    ],
)
def test_an_item_is_never_taken_twice_whatever_its_guid_does(
    site: Site, now: datetime, again: str
) -> None:
    serve(site, FERRY.format(site.url, 1, LATE))
    feed = add(site, now)
    poll(feed, now)
    serve(site, again.format(site.url))
    assert poll(feed, now + HOUR) == 0
    assert Article.objects.count() == 1


def test_every_key_that_an_item_ever_had_is_remembered(site: Site, now: datetime) -> None:
    feed = add(site, now)
    for guid, link, words in (
        (1, "a", "one"),
        (1, "b", "two"),
        (2, "b", "three"),
        (3, "c", "three"),
    ):
        item = f"<title>{words}</title><link>{site.url}/{link}</link><guid>{guid}</guid>"
        serve(site, f"{item}<description>{words}</description>")
        poll(feed, now)
    assert Article.objects.count() == 1
    assert Taken.objects.count() == 9


def test_an_item_that_a_feed_shows_twice_at_once_is_taken_once(site: Site, now: datetime) -> None:
    serve(site, FERRY.format(site.url, 1, LATE), FERRY.format(site.url, 2, LATE))
    assert poll(add(site, now), now) == 1


def test_an_item_that_another_feed_has_shown_is_known_by_its_link(
    site: Site, now: datetime
) -> None:
    serve(site, FERRY.format(site.url, 1, LATE))
    serve(site, FERRY.format(site.url, 9, "Other words."), path="/all.xml")
    assert poll(add(site, now), now) == 1
    assert poll(add(site, now, "/all.xml"), now) == 0


def test_guids_of_two_feeds_have_nothing_to_do_with_each_other(site: Site, now: datetime) -> None:
    serve(site, FERRY.format(site.url, 1, LATE))
    serve(site, "<title>The tide</title><guid>1</guid>", path="/all.xml")
    assert poll(add(site, now), now) == 1
    assert poll(add(site, now, "/all.xml"), now) == 1


@pytest.mark.parametrize("address", ["{}/ferry", "{}/ferry/"])
def test_an_item_that_is_an_article_already_is_not_taken(
    site: Site, now: datetime, address: str
) -> None:
    ours = Manuscript(
        title="Ours", canonical_url=address.format(site.url).replace("http:", "https:")
    )
    actions.add(ours, now=now)
    serve(site, FERRY.format(site.url, 1, LATE))
    assert poll(add(site, now), now) == 0


def test_a_new_item_beside_old_ones_is_taken(site: Site, now: datetime) -> None:
    feed = add(site, now)
    serve(site, FERRY.format(site.url, 1, LATE))
    poll(feed, now)
    serve(site, "<title>The tide</title><guid>2</guid>", FERRY.format(site.url, 1, LATE))
    assert poll(feed, now) == 1
    assert [teaser.title for teaser in queries.listed(now)] == ["The tide", "The ferry"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_feed_take_an_item_once(site: Site, now: datetime) -> None:
    serve(site, FERRY.format(site.url, 1, LATE))
    feed = add(site, now)
    took: list[int] = []

    def work() -> None:
        took.append(poll(feed, now))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(took) == [0, 0, 0, 1]
    assert Article.objects.count() == 1
