"""Everything that editors do with posts: writing, approving, scheduling, cancelling.

And the dispatcher's claim of what is due.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from publisher.articles import actions as articles
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import wording
from publisher.social.models import Account, Post
from publisher.staff import trail
from publisher.staff.models import Member

# How long an id may lie on the queue before the post is handed out again.
LEASE = timedelta(seconds=15)
HANDED_OUT = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be posted: an editor's own words, or what the template makes of an article."""

    account: str
    article_slug: str = ""
    text: str = ""


def compose_text(plan: Plan, *, now: datetime) -> str:
    """Return what `create` would post, for a preview; raises Refused where it would."""
    del now  # The words of a post do not depend on when it goes out.
    return wording.compose(plan.text, _account(plan.account), _article(plan.article_slug))


@transaction.atomic
def create(plan: Plan, *, by: Member | None, now: datetime, due_at: datetime | None = None) -> int:
    """Write a post down and return its id.

    With `due_at` it is scheduled at once; where its account needs approval it stays a draft that is
    wanted then. Raises Refused, and nothing is made.
    """
    account, article = _account(plan.account), _article(plan.article_slug)
    text = wording.compose(plan.text, account, article)
    post = Post(account=account, article=article, text=text, created_at=now)
    with _no_twin(account.name):
        post.save(force_insert=True)
    trail.note(by, f"post {post.pk}", "written", now=now)
    if due_at is not None and account.needs_approval:
        _check_time(article, due_at, now)
        Post.objects.filter(pk=post.pk).update(due_at=due_at)
    elif due_at is not None:
        schedule(post.pk, due_at, by=by, now=now)
    return post.pk


@transaction.atomic
def change_text(post_id: int, text: str, *, by: Member | None, now: datetime) -> None:
    """Give a post other words; what was approved must be approved again."""
    clean = wording.checked(text)
    post = _post(post_id)
    # A doubt was about the old words.
    changes: dict[str, Any] = {"text": clean, "unsure_since": None, "reason": ""}
    if post.account.needs_approval:
        changes["state"] = Post.State.DRAFT
    with _no_twin(post.account.name):
        _move(post_id, _reach(by, Post.CHANGEABLE), "changed", **changes)
    trail.note(by, f"post {post_id}", "changed", now=now)


@transaction.atomic
def approve(post_id: int, *, by: Member | None, now: datetime) -> None:
    """Approve a draft; where the time at which it is wanted is still ahead, it is scheduled too."""
    if by is not None and not by.may_approve:
        raise Refused("Only a chief or an admin approves posts; ask one of them.")
    _move(post_id, Post.APPROVABLE, "approved", state=Post.State.APPROVED)
    trail.note(by, f"post {post_id}", "approved", now=now)
    due_at = _post(post_id).due_at
    if due_at is not None and due_at > now:
        schedule(post_id, due_at, by=by, now=now)
    else:
        Post.objects.filter(pk=post_id).update(due_at=None)


@transaction.atomic
def schedule(post_id: int, due_at: datetime, *, by: Member | None, now: datetime) -> None:
    """Let a post go out at `due_at`, which may be now; its article is public by then.

    Raises Refused for a time that has passed, for an article that stays secret for longer, and for
    a draft that nobody has approved where its account needs it.
    """
    _require_scheduler(by)
    post = _post(post_id)
    approved = [state for state in Post.SCHEDULABLE if state != Post.State.DRAFT]
    if post.account.needs_approval and post.state == Post.State.DRAFT:
        raise Refused(f"Post {post_id} is not approved yet; ask a chief to approve it.")
    _check_time(post.article, due_at, now)
    with _no_twin(post.account.name):
        _move(
            post_id,
            approved if post.account.needs_approval else Post.SCHEDULABLE,
            "scheduled",
            state=Post.State.SCHEDULED,
            due_at=due_at,
            leased_until=None,
            reason="",
        )
    if post.article and post.article.published_at is None:
        articles.publish(post.article.slug, due_at, now=now)
    trail.note(by, f"post {post_id}", f"scheduled for {_spoken(due_at)}", now=now)


@transaction.atomic
def cancel(post_id: int, *, by: Member | None, now: datetime) -> None:
    """Let a post never go out; Refused where it is on its way already."""
    states = _reach(by, Post.CANCELLABLE)
    _move(post_id, states, "cancelled", state=Post.State.CANCELLED, leased_until=None)
    trail.note(by, f"post {post_id}", "cancelled", now=now)


@transaction.atomic
def mark(post_id: int, *, posted: bool, by: Member | None, now: datetime) -> None:
    """Settle a post in doubt after a look at the account: it is there, or it is sent again."""
    _require_scheduler(by)
    changes: dict[str, Any] = {"state": Post.State.SCHEDULED, "due_at": now}
    if posted:
        sent_at = F("sent_at")
        changes = {"state": Post.State.POSTED, "posted_at": sent_at, "due_at": sent_at}
    _move(post_id, [Post.State.UNSURE], "settled", leased_until=None, reason="", **changes)
    did = "found on the network" if posted else "not found on the network; sent again"
    trail.note(by, f"post {post_id}", did, now=now)


def claim_due(*, now: datetime) -> list[int]:
    """Take the posts that are to be posted or looked up, oldest first, and return their ids.

    What waits on an account that is stopped, or was asked to be quiet, is left alone.
    """
    doubt_abandoned(now=now)
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    heard = Q(account__quiet_until=None) | Q(account__quiet_until__lte=now)
    with transaction.atomic():
        due = (
            Post.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(free, heard, account__stopped_reason="", due_at__lte=now)
            .filter(state__in=[Post.State.SCHEDULED, Post.State.UNSURE])
            .order_by("due_at", "pk")
            .values_list("pk", flat=True)[:HANDED_OUT]
        )
        ids = list(due)
        Post.objects.filter(pk__in=ids).update(leased_until=now + LEASE)
    return ids


@transaction.atomic
def doubt_abandoned(*, now: datetime) -> None:
    """Make unsure what a worker was posting when it died: nobody knows whether it got out."""
    abandoned = Post.objects.filter(state=Post.State.POSTING, leased_until__lt=now)
    ids = list(abandoned.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Post.objects.filter(pk__in=ids).update(
        state=Post.State.UNSURE,
        unsure_since=Coalesce("unsure_since", "sent_at"),
        due_at=now,
        leased_until=None,
        reason="The worker stopped while it posted this; whether it got out is being looked up.",
    )
    for post_id in ids:
        trail.note(None, f"post {post_id}", "unsure: the worker stopped while posting", now=now)


def _require_scheduler(by: Member | None) -> None:
    if by is not None and not by.may_schedule:
        raise Refused("Authors write posts, editors decide when they go out; ask one of them.")


def _move(post_id: int, states: Sequence[str], verb: str, **changes: Any) -> None:
    if not Post.objects.filter(pk=post_id, state__in=states).update(**changes):
        raise _refusal(post_id, verb)


def _refusal(post_id: int, verb: str) -> Refused:
    state = Post.objects.filter(pk=post_id).values_list("state", flat=True).first()
    if state is None:
        return Refused(f"There is no post {post_id}.")
    spoken = {"draft": "a draft", "posting": "being posted now"}.get(state, f"{state} already")
    return Refused(f"Post {post_id} is {spoken}, so it cannot be {verb}.")


def _reach(by: Member | None, states: Sequence[str]) -> Sequence[str]:
    """Return those of `states` from which this person may move a post: authors only from draft."""
    return states if by is None or by.may_schedule else (Post.State.DRAFT,)


def _account(name: str) -> Account:
    account = Account.objects.filter(name=name).first()
    if account is None:
        raise Refused(f"There is no account '{name}'; add it first.")
    return account


def _article(slug: str) -> Article | None:
    if not slug:
        return None
    article = Article.objects.select_related("section").filter(slug=slug).first()
    if article is None:
        raise Refused(f"There is no article '{slug}'.")
    return article


def _post(post_id: int) -> Post:
    post = Post.objects.select_related("account", "article").filter(pk=post_id).first()
    if post is None:
        raise Refused(f"There is no post {post_id}.")
    return post


def _check_time(article: Article | None, due_at: datetime, now: datetime) -> None:
    if due_at < now:
        raise Refused(f"{_spoken(due_at)} has passed; choose a time ahead.")
    if article is None:
        return
    if article.embargo_until and article.embargo_until > due_at:
        raise Refused(
            f"The article '{article.slug}' is under embargo until"
            f" {_spoken(article.embargo_until)}; post it later."
        )
    if article.published_at and article.published_at > due_at:
        raise Refused(
            f"The article '{article.slug}' is not public before"
            f" {_spoken(article.published_at)}; publish it earlier or post it later."
        )


def _spoken(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M %Z}"


@contextmanager
def _no_twin(account: str) -> Iterator[None]:
    """Turn the database's refusal of a second post with the same words into a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "post_text_once" not in str(error):
            raise
        raise Refused(
            f"Another post on '{account}' says the same and is not out yet, and the network would"
            " refuse the second; change the text."
        ) from error
