"""Taking back what is out: a repeat does no harm, so it is tried until the network has answered."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from publisher.channels import ChannelError, Permanent
from publisher.social.models import Post
from publisher.social.posting import outcomes
from publisher.social.posting.connecting import Connect, network, settle
from publisher.staff import trail

# Longer than a channel's longest call.
_LEASE = timedelta(seconds=30)


def delete(post: Post, now: datetime, connect: Connect) -> None:
    """Delete a post from its network."""
    way = network(post.account, now, connect)
    if way is None or not _taken(post, now):
        return
    post.attempts += 1
    if not post.network_id:
        _keep(post, "Nobody knows what the network calls it; delete it there.", now)
        return
    try:
        way.delete(post.network_id, now=now)
    except Permanent as error:
        if put_off := settle(post.account, error, now, connect):
            _try_later(post, put_off, now)
        else:
            _keep(post, error.reason, now)
    except ChannelError as error:
        _try_later(post, error, now)
    else:
        changes = {"state": Post.State.DELETED, "due_at": None, "reason": ""}
        outcomes.note(post, changes, "deleted from the network", now)


def _taken(post: Post, now: datetime) -> bool:
    mine = Post.objects.filter(
        pk=post.pk, state=Post.State.DELETING, attempts=post.attempts, due_at__lte=now
    )
    return bool(mine.update(attempts=F("attempts") + 1, leased_until=now + _LEASE))


def _try_later(post: Post, error: ChannelError, now: datetime) -> None:
    if post.attempts % outcomes.ATTEMPTS == 0:
        _keep(post, f"Given up after {post.attempts} attempts: {error.reason}", now)
        return
    changes = {"due_at": outcomes.retry_at(post, error, now), "reason": error.reason}
    outcomes.note(post, changes, f"not deleted so far: {error.reason}", now)


@transaction.atomic
def _keep(post: Post, reason: str, now: datetime) -> None:
    """Say that a post stays, and its replacement does not go out beside it."""
    replacement = Post.objects.filter(replaces=post, state__in=Post.CANCELLABLE)
    cancelled = replacement.update(
        state=Post.State.CANCELLED,
        leased_until=None,
        reason="What it was to replace could not be deleted.",
    )
    # The parts of its thread that wait for this one to go stay, too.
    before = Post.objects.filter(thread=post.thread_id or 0, state=Post.State.DELETING)
    first = Post.objects.filter(pk=post.thread_id or 0, state=Post.State.DELETING)
    for each in [*before.exclude(pk=post.pk), *first]:
        Post.objects.filter(pk=each.pk).update(
            state=Post.State.POSTED, due_at=F("posted_at"), leased_until=None
        )
    changes = {"state": Post.State.POSTED, "due_at": post.posted_at, "reason": reason}
    outcomes.note(post, changes, f"not deleted: {reason}", now)
    if cancelled:
        trail.note(None, f"post {post.pk}", "its replacement was cancelled", now=now)
