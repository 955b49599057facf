"""The demo's proof: an edition and a post go out by the queue, and outside is asked what came."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from publisher.articles import queries as articles
from publisher.cli import programs
from publisher.cli.credentials import ACCOUNT
from publisher.delivery import queries as deliveries
from publisher.errors import Refused
from publisher.newsletters import editions
from publisher.newsletters import queries as newsletters
from publisher.social import posts
from publisher.social import queries as social

# Time enough to see it wait in the calendar, and short enough to stay and watch.
AHEAD = timedelta(seconds=6)
NEWSLETTER = "daily"
_ARTICLES = 5
_ASK_SECONDS = 5.0
_ON_ITS_WAY = ("scheduled", "posting")


@dataclass(frozen=True, slots=True)
class Show:
    """What was scheduled, and the words by which it is known again outside."""

    edition_id: int
    post_id: int
    subject: str
    text: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in outside: for whom, and when."""

    whose: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, in words, and whether it is over."""

    words: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Came:
    """How many mails and posts arrived, each of them once and not before its time."""

    mails: int
    posts: int


def begin(*, now: datetime) -> Show:
    """Schedule an edition of the newest articles and a post, both a few seconds ahead."""
    due_at = now + AHEAD
    newest = articles.newest(now, limit=_ARTICLES)
    if not newest:
        raise Refused("No article is published, so there is nothing to show; is the clock right?")
    title = newsletters.newsletter(NEWSLETTER)
    # The time makes it this very demo's, in the mailbox as well.
    subject = f"{newest[0].title} ({due_at:%H:%M:%S} UTC)"
    plan = editions.Plan(tuple(each.id for each in newest), subject)
    edition_id = editions.create(title.id, plan, by=None, now=now, due_at=due_at)
    post_id = posts.create(_post(now), by=None, now=now, due_at=due_at)
    return Show(edition_id, post_id, subject, social.post(post_id).text, due_at)


def progress(show: Show) -> Progress:
    """Return how far it is."""
    edition, post = newsletters.edition(show.edition_id), social.post(show.post_id)
    words = f"{edition.counts['sent']} of {edition.recipients} mails sent, post {post.state}"
    is_over = edition.state == "sent" and post.state not in _ON_ITS_WAY
    why = " ".join(filter(None, (edition.problem, post.reason)))
    return Progress(f"{words} {why}".strip(), is_over)


def check(show: Show) -> Came:
    """Ask outside what arrived; raises Refused unless it was everything, once and on time."""
    post = social.post(show.post_id)
    if post.state != "posted":
        raise Refused(f"Post {show.post_id} is {post.state} and not posted: {post.reason}")
    edition = newsletters.edition(show.edition_id)
    failed = sum(edition.counts.values()) - edition.counts["sent"] - edition.counts["skipped"]
    if edition.mailing_id is None or failed:
        raise Refused(f"{failed} mails of edition {show.edition_id} could not be sent.")
    sent = deliveries.results(edition.mailing_id, ["sent"], edition.recipients)
    mails = require_once("mail", (each.email for each in sent), _mails(show), show.due_at)
    return Came(mails, require_once("post", [show.text], _posts(show), show.due_at))


def require_once(
    what: str, wanted: Iterable[str], arrivals: list[Arrival], due_at: datetime
) -> int:
    """Return how many were wanted; raises Refused unless each arrived once and not too early."""
    counts = Counter(arrival.whose for arrival in arrivals)
    expected = set(wanted)
    if missing := sorted(expected - counts.keys()):
        raise Refused(f"{len(missing)} {what}s did not arrive, the first of them: {missing[0]}")
    if strangers := sorted(counts.keys() - expected):
        raise Refused(f"A {what} went to somebody it was not meant for: {strangers[0]}")
    if repeated := sorted(whose for whose, times in counts.items() if times > 1):
        times = counts[repeated[0]]
        raise Refused(f"A {what} arrived {times} times instead of once: {repeated[0]}")
    if early := [arrival.whose for arrival in arrivals if arrival.received_at < due_at]:
        raise Refused(f"A {what} arrived before its time: {early[0]}")
    return len(expected)


def _post(now: datetime) -> posts.Plan:
    """Return a post that no demo has made: X refuses the same words for a day."""
    said = {post.article_slug for post in social.posts(limit=10_000)}
    for article in articles.newest(now, limit=100):
        if article.slug not in said:
            return posts.Plan(ACCOUNT, article.slug)
    words = f"It is {now:%H:%M:%S} UTC on {now:%d %B %Y}, and the presses of Veldhaven are running."
    return posts.Plan(ACCOUNT, text=words)


def _mails(show: Show) -> list[Arrival]:
    rows = _asked(f"{programs.sandbox_url()}/messages.json")
    return [
        Arrival(row["to"], datetime.fromisoformat(row["received_at"]))
        for row in rows
        if row["subject"] == show.subject
    ]


def _posts(show: Show) -> list[Arrival]:
    rows = _asked(f"{programs.stand_in_url()}/_posts.json")
    return [
        Arrival(row["text"], datetime.fromisoformat(row["received_at"]))
        for row in rows
        if row["text"] == show.text
    ]


def _asked(url: str) -> list[dict[str, Any]]:
    answer = httpx.get(url, timeout=_ASK_SECONDS, trust_env=False)
    rows: list[dict[str, Any]] = answer.raise_for_status().json()
    return rows
