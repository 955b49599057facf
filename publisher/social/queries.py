"""Accounts and posts, as editors see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.timezone import localtime

from publisher.errors import Refused
from publisher.social import text
from publisher.social.models import Account, Post


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; nothing goes out on it while there is a `stopped_reason`."""

    id: int
    name: str
    network: str
    needs_approval: bool
    stopped_reason: str
    quiet_until: datetime | None


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post; `length` is what the network counts, `reason` why it is not out or ""."""

    id: int
    account: str
    network: str
    text: str
    state: str
    due_at: datetime | None
    posted_at: datetime | None
    url: str
    reason: str
    article_slug: str
    article_title: str
    length: int


def accounts() -> list[AccountLine]:
    """Return all accounts by name."""
    return [_account(each) for each in Account.objects.order_by("name")]


def account(name: str) -> AccountLine:
    """Return the account of this name; raises Refused where there is none."""
    found = Account.objects.filter(name=name).first()
    if found is None:
        raise Refused(f"There is no account '{name}'.")
    return _account(found)


def post(post_id: int) -> PostLine:
    """Return a post; raises Refused where there is none with this id."""
    found = Post.objects.select_related("account", "article").filter(pk=post_id).first()
    if found is None:
        raise Refused(f"There is no post {post_id}.")
    return _post(found)


def posts(states: Sequence[str] | None = None, limit: int = 50) -> list[PostLine]:
    """Return posts, all or in some states: what has no time yet, then from the latest back."""
    found = Post.objects.select_related("account", "article")
    if states is not None:
        found = found.filter(state__in=states)
    ordered = found.order_by(F("due_at").desc(nulls_first=True), "-pk")
    return [_post(each) for each in ordered[:limit]]


def _account(row: Account) -> AccountLine:
    return AccountLine(
        id=row.pk,
        name=row.name,
        network=row.network,
        needs_approval=row.needs_approval,
        stopped_reason=row.stopped_reason,
        quiet_until=row.quiet_until,
    )


def _post(row: Post) -> PostLine:
    return PostLine(
        id=row.pk,
        account=row.account.name,
        network=row.account.network,
        text=row.text,
        state=row.state,
        due_at=row.due_at,
        posted_at=row.posted_at,
        url=row.url,
        reason=row.reason or _held_up(row),
        article_slug=row.article.slug if row.article else "",
        article_title=row.article.title if row.article else "",
        length=text.weighted_length(row.text),
    )


def _held_up(row: Post) -> str:
    """Return why a planned post waits though nothing is wrong with itself."""
    account = row.account
    if row.state not in (Post.State.SCHEDULED, Post.State.UNSURE) or row.due_at is None:
        return ""
    if account.stopped_reason:
        return f"The account '{account.name}' is stopped: {account.stopped_reason}"
    if account.quiet_until and account.quiet_until > row.due_at:
        until = f"{localtime(account.quiet_until):%Y-%m-%d %H:%M %Z}"
        return f"The network asked '{account.name}' to be quiet until {until}."
    return ""
