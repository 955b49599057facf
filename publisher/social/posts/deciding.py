"""Approving, scheduling and cancelling posts, and settling what nobody was sure of."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from publisher.articles import actions as articles
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social.models import Medium, Post
from publisher.social.posts import rows
from publisher.staff import trail
from publisher.staff.models import Member


@transaction.atomic
def approve(post_id: int, *, by: Member | None, now: datetime) -> None:
    """Approve a draft; where the time at which it is wanted is still ahead, it is scheduled too."""
    if by is not None and not by.may_approve:
        raise Refused("Only a chief or an admin approves posts; ask one of them.")
    post = rows.post(post_id)
    rows.move(post, Post.APPROVABLE, "approved", state=Post.State.APPROVED)
    trail.note(by, f"post {post_id}", "approved", now=now)
    if post.due_at is not None and post.due_at > now:
        schedule(post_id, post.due_at, by=by, now=now)
    else:
        rows.thread(post).filter(state=Post.State.APPROVED).update(due_at=None)


@transaction.atomic
def schedule(post_id: int, due_at: datetime, *, by: Member | None, now: datetime) -> None:
    """Let a post go out at `due_at`, which may be now; its article is public by then.

    Raises Refused for a time that has passed, for an article that stays secret for longer, and for
    a draft that nobody has approved where its account needs it.
    """
    rows.require_scheduler(by)
    post = rows.post(post_id)
    if post.account.needs_approval and rows.thread(post).filter(state=Post.State.DRAFT).exists():
        raise Refused(f"Post {post_id} is not approved yet; ask a chief to approve it.")
    check_time(post.article, due_at, now)
    with rows.no_twin(post.account.name):
        rows.move(
            post,
            Post.SCHEDULABLE,
            "scheduled",
            state=Post.State.SCHEDULED,
            due_at=due_at,
            planned_at=due_at,
            leased_until=None,
            reason="",
        )
    # A picture that failed with its post is tried again with it.
    Medium.objects.filter(post__in=rows.thread(post), state=Medium.State.FAILED).update(
        state=Medium.State.WAITING, give_up_at=None, reason=""
    )
    if post.article and post.article.published_at is None:
        articles.publish(post.article.slug, due_at, now=now)
    trail.note(by, f"post {post_id}", f"scheduled for {rows.spoken(due_at)}", now=now)


@transaction.atomic
def cancel(post_id: int, *, by: Member | None, now: datetime) -> None:
    """Let a post never go out; Refused where it is on its way already."""
    states = rows.reach(by, Post.CANCELLABLE)
    post = rows.post(post_id)
    rows.move(post, states, "cancelled", state=Post.State.CANCELLED, leased_until=None)
    trail.note(by, f"post {post_id}", "cancelled", now=now)


@transaction.atomic
def mark(
    post_id: int, *, posted: bool, by: Member | None, now: datetime, network_id: str = ""
) -> None:
    """Settle one post in doubt after a look at the account: it is there, or it is sent again.

    `network_id` is what the network calls it there; the next part of a thread needs it.
    """
    rows.require_scheduler(by)
    changes: dict[str, Any] = {"state": Post.State.SCHEDULED, "due_at": now, "planned_at": now}
    if posted:
        sent_at = F("sent_at")
        changes = {"state": Post.State.POSTED, "posted_at": sent_at, "due_at": sent_at}
        changes["network_id"] = network_id
    rows.move_one(post_id, [Post.State.UNSURE], "settled", leased_until=None, reason="", **changes)
    did = "found on the network" if posted else "not found on the network; sent again"
    trail.note(by, f"post {post_id}", did, now=now)


def check_time(article: Article | None, due_at: datetime, now: datetime) -> None:
    """Refuse a time that has passed, or at which the article is still secret."""
    if due_at < now:
        raise Refused(f"{rows.spoken(due_at)} has passed; choose a time ahead.")
    if article is None:
        return
    if article.embargo_until and article.embargo_until > due_at:
        raise Refused(
            f"The article '{article.slug}' is under embargo until"
            f" {rows.spoken(article.embargo_until)}; post it later."
        )
    if article.published_at and article.published_at > due_at:
        raise Refused(
            f"The article '{article.slug}' is not public before"
            f" {rows.spoken(article.published_at)}; publish it earlier or post it later."
        )
