"""Feeds that are due: claimed, fetched, and their new items taken in, each of them once."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.db import transaction
from django.db.models import Q

from publisher.articles import actions, feeds
from publisher.articles.feeds import Item, Parsed
from publisher.articles.models import Article, Feed, Taken
from publisher.errors import Refused
from publisher.fetching import GUARD, Fetched, Guard, fetch

# A claim outlives the slowest fetch and the taking of a hundred articles.
_LEASE = timedelta(minutes=5)
_EVERY = timedelta(minutes=15)
_LONGEST_AFTER_FAILURE = timedelta(hours=6)
# However long a server asks us to stay away.
_LONGEST_ON_REQUEST = timedelta(days=1)


def claim_due(*, now: datetime, limit: int = 20) -> list[int]:
    """Take up to `limit` feeds that are due, the longest waiting first, and return their ids."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    with transaction.atomic():
        due = (
            Feed.objects.select_for_update(skip_locked=True)
            .filter(free, due_at__lte=now)
            .order_by("due_at")
            .values_list("pk", flat=True)[:limit]
        )
        ids = list(due)
        Feed.objects.filter(pk__in=ids).update(leased_until=now + _LEASE)
    return ids


def poll(feed_id: int, *, now: datetime, guard: Guard = GUARD) -> int:
    """Ask a feed what is new and return how many articles came of it.

    What goes wrong is a sentence on the feed's row, and it is asked again later.
    """
    feed = Feed.objects.filter(pk=feed_id).first()
    if feed is None:
        return 0
    try:
        fetched = fetch(
            feed.url, accept=feeds.ACCEPT, etag=feed.etag, modified=feed.modified, guard=guard
        )
        if fetched.status == 304:
            return _succeeded(feed, fetched, None, now)
        if fetched.status != 200:
            return _failed(feed, f"{fetched.host} answered {fetched.status}.", now, fetched)
        return _succeeded(feed, fetched, feeds.parse(fetched, now=now), now)
    except Refused as refusal:
        return _failed(feed, str(refusal), now)


def _succeeded(feed: Feed, fetched: Fetched, parsed: Parsed | None, now: datetime) -> int:
    took = _take(feed, parsed.items, now) if parsed else 0
    asked = _max_age(fetched.cache_control)
    news: dict[str, object] = {
        "due_at": now + max(_EVERY, min(asked, _LONGEST_ON_REQUEST)),
        "failures": 0,
        "problem": "",
    }
    if parsed:
        news |= {"title": parsed.title, "etag": fetched.etag, "modified": fetched.modified}
    _note(feed, news, now)
    _move(feed, fetched.moved_to)
    return took


def _move(feed: Feed, url: str) -> None:
    fits = 0 < len(url) <= actions.URL_CHARACTERS
    if fits and not Feed.objects.filter(url=url).exists():
        Feed.objects.filter(pk=feed.pk).update(url=url)


def _failed(feed: Feed, problem: str, now: datetime, fetched: Fetched | None = None) -> int:
    growing = min(_EVERY * 2 ** min(feed.failures, 10), _LONGEST_AFTER_FAILURE)
    asked = _retry_after(fetched.retry_after, now) if fetched else timedelta()
    news: dict[str, object] = {
        "due_at": now + max(growing, min(asked, _LONGEST_ON_REQUEST)),
        "failures": feed.failures + 1,
        "problem": problem,
    }
    _note(feed, news, now)
    return 0


def _note(feed: Feed, news: dict[str, object], now: datetime) -> None:
    # Whoever has polled it since, after our lease had ended, knows better.
    Feed.objects.filter(pk=feed.pk, due_at=feed.due_at).update(
        **news, polled_at=now, leased_until=None
    )


@transaction.atomic
def _take(feed: Feed, items: tuple[Item, ...], now: datetime) -> int:
    # Two workers with one feed take turns, so that neither takes what the other has.
    list(Feed.objects.select_for_update().filter(pk=feed.pk).values_list("pk"))
    keys = {key for item in items for key in item.keys}
    shown = set(Taken.objects.filter(feed=feed, key__in=keys).values_list("key", flat=True))
    known = shown | _known_elsewhere(items)
    took = 0
    for item in items:
        if known.isdisjoint((*item.keys, *item.pages)):
            actions.create(item.manuscript, now=now, feed_id=feed.pk)
            took += 1
        # An old acquaintance under a new GUID is known by that one too from now on.
        known.update(item.keys)
    Taken.objects.bulk_create(
        Taken(feed=feed, key=key, taken_at=now) for key in sorted(keys - shown)
    )
    return took


def _known_elsewhere(items: tuple[Item, ...]) -> set[str]:
    """Return which links of these items any feed has shown, and which are articles' addresses."""
    links = {item.link_key for item in items if item.link_key}
    pages = {page for item in items for page in item.pages}
    shown = Taken.objects.filter(key__in=links)
    articles = Article.objects.filter(canonical_url__in=pages)
    return {
        *shown.values_list("key", flat=True),
        *articles.values_list("canonical_url", flat=True),
    }


def _max_age(cache_control: str) -> timedelta:
    """Return how long an answer stays fresh (RFC 9111 section 5.2.2.1), nothing if it is silent."""
    found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", cache_control, re.IGNORECASE)
    return timedelta(seconds=int(found[1])) if found else timedelta()


def _retry_after(value: str, now: datetime) -> timedelta:
    """Return how long to stay away (RFC 9110 section 10.2.3: seconds or a date), 0 if not said."""
    if re.fullmatch(r"\d{1,9}", value):
        return timedelta(seconds=int(value))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return timedelta()
    # A date "-0000" has no zone; HTTP has only one.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
