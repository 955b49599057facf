"""A feed is polled when it is due, and what goes wrong is said on its row."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.db import connection, transaction

from publisher.articles import polling
from publisher.articles.models import Feed
from tests.articles.wire import FERRY, LATE, add, poll, serve
from tests.loopback import Answer, Site

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def waits(feed_id: int, now: datetime) -> timedelta:
    """Return for how long a feed is left alone."""
    return Feed.objects.get(pk=feed_id).due_at - now


def problem(feed_id: int) -> str:
    return Feed.objects.get(pk=feed_id).problem


def test_a_feed_is_claimed_when_it_is_due_and_by_one_only(site: Site, now: datetime) -> None:
    first, second = add(site, now - HOUR, "/a"), add(site, now, "/b")
    add(site, now + HOUR, "/c")
    assert polling.claim_due(now=now, limit=1) == [first]
    assert polling.claim_due(now=now, limit=9) == [second]
    assert polling.claim_due(now=now, limit=9) == []
    assert polling.claim_due(now=now + 6 * MINUTE, limit=9) == [first, second]


def test_a_polled_feed_is_left_alone_for_a_quarter_of_an_hour(site: Site, now: datetime) -> None:
    serve(site)
    feed = add(site, now)
    polling.claim_due(now=now)
    poll(feed, now)
    assert waits(feed, now) == 15 * MINUTE
    assert polling.claim_due(now=now + 14 * MINUTE) == []
    assert polling.claim_due(now=now + 15 * MINUTE) == [feed]


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("max-age=3600, public", HOUR),
        ("public,max-age=3600", HOUR),
        ("max-age=60", 15 * MINUTE),
        ("s-maxage=3600", 15 * MINUTE),
        ("no-store", 15 * MINUTE),
        ("max-age=999999999", timedelta(days=1)),
        ("max-age=99999999999999999999", timedelta(days=1)),
    ],
)
def test_a_feed_says_how_long_it_stays_fresh(
    site: Site, now: datetime, said: str, wait: timedelta
) -> None:
    serve(site, Cache_Control=said)
    feed = add(site, now)
    poll(feed, now)
    assert waits(feed, now) == wait


def test_an_unchanged_feed_costs_one_short_answer(site: Site, now: datetime) -> None:
    serve(site, FERRY.format(site.url, 1, LATE), ETag='"a"', Last_Modified="Sun")
    feed = add(site, now)
    poll(feed, now)
    site.answers["/feed.xml"] = Answer(status=304)
    assert poll(feed, now + HOUR) == 0
    _, headers = site.asked[-1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"a"', "Sun")
    assert (waits(feed, now + HOUR), problem(feed)) == (15 * MINUTE, "")
    assert Feed.objects.get().etag == '"a"'


def test_failures_make_the_waits_grow_until_one_success(site: Site, now: datetime) -> None:
    site.answers["/feed.xml"] = Answer(status=500)
    feed = add(site, now)
    grown = []
    for _ in range(7):
        poll(feed, now)
        grown.append(waits(feed, now) / MINUTE)
    assert grown == [15, 30, 60, 120, 240, 360, 360]
    assert problem(feed) == "127.0.0.1 answered 500."
    serve(site)
    poll(feed, now)
    assert (waits(feed, now), problem(feed)) == (15 * MINUTE, "")
    assert Feed.objects.get().failures == 0


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("7200", 2 * HOUR),
        (format_datetime(datetime(2026, 11, 23, 11, tzinfo=UTC), usegmt=True), 3 * HOUR),
        ("Mon, 23 Nov 2026 11:00:00 -0000", 3 * HOUR),
        ("Sun, 22 Nov 2020 11:00:00 GMT", 15 * MINUTE),
        ("999999999", timedelta(days=1)),
        ("soon", 15 * MINUTE),
        ("-1", 15 * MINUTE),
    ],
)
def test_a_busy_server_says_when_to_come_back(
    site: Site, now: datetime, said: str, wait: timedelta
) -> None:
    site.answers["/feed.xml"] = Answer(status=429, headers={"Retry-After": said})
    feed = add(site, now)
    poll(feed, now)
    assert waits(feed, now) == wait


def test_a_feed_that_moved_for_good_is_asked_there(site: Site, now: datetime) -> None:
    site.answers["/old.xml"] = Answer(status=301, headers={"Location": "/feed.xml"})
    serve(site)
    feed = add(site, now, "/old.xml")
    poll(feed, now)
    assert Feed.objects.get().url == f"{site.url}/feed.xml"


def test_a_feed_that_moved_onto_another_stays_where_it_is(site: Site, now: datetime) -> None:
    site.answers["/old.xml"] = Answer(status=308, headers={"Location": "/feed.xml"})
    serve(site)
    add(site, now)
    feed = add(site, now, "/old.xml")
    poll(feed, now)
    assert Feed.objects.get(pk=feed).url == f"{site.url}/old.xml"


def test_a_feed_that_moved_for_today_is_asked_where_it_was(site: Site, now: datetime) -> None:
    site.answers["/old.xml"] = Answer(status=302, headers={"Location": "/feed.xml"})
    serve(site)
    poll(add(site, now, "/old.xml"), now)
    assert Feed.objects.get().url == f"{site.url}/old.xml"


def test_a_feed_without_end_is_refused_and_says_so(site: Site, now: datetime) -> None:
    site.answers["/feed.xml"] = Answer(stream=iter([b"<rss>" * 200_000] * 200))
    feed = add(site, now)
    assert poll(feed, now) == 0
    assert problem(feed).startswith("127.0.0.1 sends more than 5,000,000 octets")


def test_a_feed_that_has_become_a_page_says_so(site: Site, now: datetime) -> None:
    site.answers["/feed.xml"] = Answer(b"<html>", headers={"Content-Type": "text/html"})
    feed = add(site, now)
    poll(feed, now)
    assert problem(feed) == "127.0.0.1 answered with text/html, which is not an RSS or Atom feed."


def test_a_feed_whose_name_leads_inside_by_now_is_refused(site: Site, now: datetime) -> None:
    serve(site, FERRY.format(site.url, 1, LATE))
    feed = add(site, now)
    assert polling.poll(feed, now=now) == 0
    assert problem(feed).startswith("127.0.0.1 is at 127.0.0.1, which is not on the public")
    assert site.asked == []


def test_a_poll_whose_lease_was_lost_changes_no_date(site: Site, now: datetime) -> None:
    serve(site)
    feed = add(site, now)
    row = Feed.objects.get()
    poll(feed, now)
    polling._note(row, {"problem": "late"}, now)
    assert problem(feed) == ""


def test_a_feed_that_is_gone_is_no_error(now: datetime) -> None:
    assert polling.poll(7, now=now) == 0


@pytest.mark.django_db(transaction=True)
def test_a_feed_that_another_dispatcher_is_claiming_is_passed_over(
    site: Site, now: datetime
) -> None:
    first, second = add(site, now, "/a"), add(site, now, "/b")
    locked, done = threading.Event(), threading.Event()

    def claim() -> None:
        with transaction.atomic():
            Feed.objects.select_for_update().get(pk=first)
            locked.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=claim)
    other.start()
    assert locked.wait(10)
    assert polling.claim_due(now=now) == [second]
    done.set()
    other.join()
