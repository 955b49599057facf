"""What is on air: what leaves now, what is due, what waits, what is wrong, what has gone out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from publisher.delivery import mailboxes
from publisher.newsletters import queries as newsletters
from publisher.social import queries as social

_SHOWN = 12
# A post that failed stays failed; it is news for this long.
_NEWS_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Row:
    """An edition or a post among others; `kind` says which, `where` its newsletter or account."""

    kind: str
    id: int
    title: str
    where: str
    state: str
    at: datetime | None
    zone: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that somebody has to see to, and why."""

    name: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the newsroom wants to see at a glance."""

    now: datetime
    asking: list[newsletters.Issue]
    sending: list[newsletters.Issue]
    due: list[Row]
    waiting: list[Row]
    problems: list[Row]
    ill: list[Account]
    unread: list[mailboxes.MailboxLine]
    sent: list[Row]


def board(now: datetime) -> Board:
    """Return the board as it stands."""
    accounts = social.accounts()
    return Board(
        now=now,
        asking=[issue for issue in _issues("paused") if issue.asks],
        sending=[
            issue for issue in _issues("sending", "paused") if issue.started_at and not issue.asks
        ],
        due=_due(),
        waiting=_waiting({each.name for each in accounts if each.needs_approval}),
        problems=_problems(now),
        ill=[
            Account(each.name, sentence)
            for each in accounts
            if (sentence := social.trouble(each, now=now))
        ],
        unread=[line for line in mailboxes.mailboxes() if line.problem],
        sent=_sent(),
    )


def _issues(*states: str) -> list[newsletters.Issue]:
    return newsletters.editions(states=states, limit=_SHOWN)


def _posts(*states: str) -> list[social.PostLine]:
    return social.posts(states=states, limit=_SHOWN)


def _due() -> list[Row]:
    waiting = _issues("scheduled", "paused")
    ahead = [issue for issue in waiting if not issue.started_at and not issue.asks]
    rows = [_edition(issue, issue.due_at) for issue in ahead]
    rows += [_post(post, post.due_at) for post in _posts("scheduled", "posting")]
    return sorted((row for row in rows if row.at), key=_moment)


def _waiting(strict_accounts: set[str]) -> list[Row]:
    rows = [_edition(issue, issue.due_at) for issue in _issues("in review", "approved")]
    drafts = [post for post in _posts("draft") if post.account in strict_accounts]
    # One that is late, or over its budget, says so and asks.
    return rows + [_post(post, post.due_at, post.reason) for post in drafts + _posts("approved")]


def _problems(now: datetime) -> list[Row]:
    rows = [
        _edition(issue, issue.started_at, _trouble(issue))
        for issue in _issues("sending", "paused", "sent")
        if not issue.asks
        if _trouble(issue) and (issue.finished_at or now) > now - _NEWS_FOR
    ]
    return rows + [
        _post(post, post.due_at, post.reason)
        for post in _posts("failed", "unsure")
        if post.state == "unsure" or (post.due_at or now) > now - _NEWS_FOR
    ]


def _trouble(issue: newsletters.Issue) -> str:
    lost = {state: issue.counts[state] for state in ("bounced", "refused") if issue.counts[state]}
    told = " and ".join(f"{count:,} {state}" for state, count in lost.items())
    return issue.problem or (f"{told} of {issue.recipients:,}" if told else "")


def _sent() -> list[Row]:
    rows = [
        _edition(issue, issue.finished_at, f"{issue.counts['sent']:,} sent")
        for issue in _issues("sent")
    ]
    rows += [_post(post, post.posted_at) for post in _posts("posted")]
    return sorted((row for row in rows if row.at), key=_moment, reverse=True)[:_SHOWN]


def _moment(row: Row) -> datetime:
    if row.at is None:
        raise ValueError(row)
    return row.at


def _edition(issue: newsletters.Issue, at: datetime | None, remark: str = "") -> Row:
    return Row(
        kind="edition",
        id=issue.id,
        title=issue.subject,
        where=issue.newsletter,
        state=issue.state,
        at=at,
        zone=issue.time_zone,
        remark=remark,
    )


def _post(post: social.PostLine, at: datetime | None, remark: str = "") -> Row:
    return Row(
        kind="post",
        id=post.id,
        title=post.text,
        where=post.account,
        state=post.state,
        at=at,
        zone=settings.TIME_ZONE,
        remark=remark,
    )
