"""What the dispatcher does with posts: hand out what is due, doubt what a dead worker had."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from publisher.social.models import Post
from publisher.social.posts import spacing
from publisher.staff import trail

# How long an id may lie on the queue before the post is handed out again.
LEASE = timedelta(seconds=15)
HANDED_OUT = 50

_DUE_IN = (Post.State.SCHEDULED, Post.State.UNSURE, Post.State.DELETING)
# What a post of a thread is after as long as anything of it is on the network, or may be.
_ON_THE_NETWORK = (
    Post.State.POSTING,
    Post.State.UNSURE,
    Post.State.POSTED,
    Post.State.DELETING,
)


def claim_due(*, now: datetime) -> list[int]:
    """Take the posts that are to be posted, looked up or deleted, and return their ids.

    Breaking news first, then the oldest. What waits on an account that is stopped, or was asked to
    be quiet, is left alone; so is what waits for another post, or for the account's gap.
    """
    doubt_abandoned(now=now)
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    heard = Q(account__quiet_until=None) | Q(account__quiet_until__lte=now)
    with transaction.atomic():
        due = (
            Post.objects.select_for_update(skip_locked=True, of=("self",))
            # Named, too, for the index that holds these alone.
            .filter(state__in=_DUE_IN, due_at__lte=now)
            .filter(free, heard, ready(), spacing.kept(now=now), account__stopped_reason="")
            .order_by("-is_breaking", "due_at", "pk")
            .values_list("pk", flat=True)[:HANDED_OUT]
        )
        ids = list(due)
        Post.objects.filter(pk__in=ids).update(leased_until=now + LEASE)
    return ids


def ready() -> Q:
    """Return the condition that it is a post's turn.

    A part of a thread goes out when the one before it is out, and is deleted when the one after it
    is gone. What takes another's place waits until that is deleted.
    """
    before = Post.objects.filter(pk=OuterRef("parent_id"), state=Post.State.POSTED)
    after = Post.objects.filter(parent_id=OuterRef("pk"), state__in=_ON_THE_NETWORK)
    deleted = Post.objects.filter(pk=OuterRef("replaces_id"), state=Post.State.DELETED)
    goes_out = (Q(parent=None) | Q(Exists(before))) & (Q(replaces=None) | Q(Exists(deleted)))
    return (
        Q(state=Post.State.UNSURE)
        | (Q(state=Post.State.SCHEDULED) & goes_out)
        | (Q(state=Post.State.DELETING) & ~Q(Exists(after)))
    )


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
