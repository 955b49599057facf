"""What came of a call, as the row tells it; an answer to an older call changes nothing."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from publisher.channels import ChannelError, Receipt, Temporary
from publisher.social import figures
from publisher.social.models import Post
from publisher.social.posting.connecting import keep_quiet
from publisher.staff import trail

# Where the network names no time to come back at: the waits before each further attempt, the last
# one again and again, and after how many attempts an editor is asked.
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 3600))
ATTEMPTS = 24
# A time to come back at that lies behind us must not make us call all the time.
SHORTEST_WAIT = timedelta(seconds=1)


@transaction.atomic
def note(post: Post, changes: dict[str, Any], did: str, now: datetime) -> bool:
    """Write what came of a call, unless the post has moved on since; return whether it had not."""
    still = Post.objects.filter(pk=post.pk, state=post.state, attempts=post.attempts)
    written = bool(still.update(leased_until=None, **changes))
    if written:
        trail.note(None, f"post {post.pk}", did, now=now)
    return written


@transaction.atomic
def note_posted(post: Post, receipt: Receipt, now: datetime) -> None:
    """Write down a receipt, which is a fact: whatever was thought of the post meanwhile."""
    unwritten = Post.objects.filter(pk=post.pk, attempts=post.attempts).exclude(
        state__in=[Post.State.POSTED, Post.State.DELETING, Post.State.DELETED]
    )
    written = unwritten.update(
        state=Post.State.POSTED,
        posted_at=F("sent_at"),
        # The time of a look-up is not the time at which it went out.
        due_at=F("sent_at") if post.state == Post.State.UNSURE else post.due_at,
        leased_until=None,
        network_id=receipt.network_id,
        url=receipt.url,
        reason="",
    )
    if written:
        figures.expect(post, now=now)
        trail.note(None, f"post {post.pk}", f"posted {receipt.url}".rstrip(), now=now)


def put_off(post: Post, error: Temporary, now: datetime) -> None:
    """Schedule for later what was surely not taken; after many attempts it has failed."""
    if post.attempts and post.attempts % ATTEMPTS == 0:
        fail(post, f"Given up after {post.attempts} attempts: {error.reason}", now)
        return
    changes = {
        "state": Post.State.SCHEDULED,
        "due_at": retry_at(post, error, now),
        "reason": error.reason,
    }
    note(post, changes, f"put off: {error.reason}", now)
    if error.retry_at and error.retry_at > now:
        keep_quiet(post.account, error.retry_at)


def retry_at(post: Post, error: ChannelError, now: datetime) -> datetime:
    """Return when a call is to be made again: when the network says, else later each time."""
    named = error.retry_at if isinstance(error, Temporary) else None
    return later(named or now + wait(post), now)


def wait(post: Post) -> timedelta:
    """Return how long to wait before a call that is the next of many."""
    return RETRY_AFTER[min(max(post.attempts, 1), len(RETRY_AFTER)) - 1]


def fail(post: Post, reason: str, now: datetime) -> None:
    """Say that a post was surely not taken, and why."""
    changes = {"state": Post.State.FAILED, "reason": reason}
    if post.unsure_since is None:
        # Some networks keep a refusal under its key, and would repeat it to other words.
        changes["key"] = ""
    note(post, changes, f"failed: {reason}", now)


def doubt(post: Post, reason: str, due_at: datetime | None, now: datetime) -> None:
    """Say that nobody knows whether a post was taken; the network is asked at `due_at`."""
    changes = {
        "state": Post.State.UNSURE,
        "unsure_since": Coalesce("unsure_since", "sent_at"),
        "due_at": due_at,
        "reason": reason,
    }
    note(post, changes, f"unsure: {reason}", now)


def later(moment: datetime, now: datetime) -> datetime:
    """Return a moment that is not now."""
    return max(moment, now + SHORTEST_WAIT)
