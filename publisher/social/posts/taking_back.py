"""Deleting what is out, and putting other words in its place."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from publisher import wiring
from publisher.errors import Refused
from publisher.social import prices, wording
from publisher.social.models import Post
from publisher.social.posts import rows
from publisher.staff import trail
from publisher.staff.models import Member


@transaction.atomic
def delete(post_id: int, *, by: Member | None, now: datetime) -> None:
    """Take a post back from its network, a thread from its last part on; the rest never goes out.

    Raises Refused where nothing of it is out, where nobody is sure of a part, and for a network
    that takes nothing back.
    """
    rows.require_scheduler(by)
    post = rows.post(post_id)
    _require_deletable(post)
    parts = rows.thread(post).select_for_update()
    _require_settled(parts)
    rows.move(
        post,
        Post.DELETABLE,
        "deleted",
        state=Post.State.DELETING,
        due_at=now,
        leased_until=None,
        attempts=0,
        reason="",
    )
    parts.filter(state__in=(*Post.CANCELLABLE, Post.State.FAILED)).update(
        state=Post.State.CANCELLED, leased_until=None
    )
    trail.note(by, f"post {post_id}", "to be deleted", now=now)


@transaction.atomic
def replace(post_id: int, text: str, *, by: Member | None, now: datetime) -> int:
    """Delete a post and have another one with `text` take its place; return the new one's id.

    The new one goes out as soon as the old one is gone, and is cancelled where that stays. Raises
    Refused where `delete` does, for a thread, and where a chief has to approve the words.
    """
    old = rows.post(post_id)
    if rows.thread(old).count() > 1:
        raise Refused(f"Post {post_id} is a thread; delete it and write another one.")
    if old.account.needs_approval and by is not None and not by.may_approve:
        raise Refused(f"On '{old.account.name}' a chief approves what is posted; ask one.")
    clean = wording.checked(text, old.account, old.warning)
    if clean == old.text:
        raise Refused(f"Post {post_id} says this already; write other words.")
    delete(post_id, by=by, now=now)
    new = _successor(old, clean, now)
    with rows.no_twin(old.account.name):
        new.save(force_insert=True)
    trail.note(by, f"post {new.pk}", f"written in the place of post {post_id}", now=now)
    return new.pk


def _successor(old: Post, text: str, now: datetime) -> Post:
    return Post(
        account=old.account,
        article=old.article,
        origin=old.origin,
        variant=old.variant,
        warning=old.warning,
        is_breaking=old.is_breaking,
        text=text,
        price_micros=prices.price(old.account.network, text),
        link=old.link if old.link in text else "",
        replaces=old,
        state=Post.State.SCHEDULED,
        due_at=now,
        created_at=now,
    )


def _require_deletable(post: Post) -> None:
    if not wiring.NETWORKS[post.account.network].deletes:
        raise Refused(
            f"'{post.account.network}' lets nobody but a person delete what is posted; delete post"
            f" {post.pk} there."
        )


def _require_settled(parts: QuerySet[Post]) -> None:
    for part in parts:
        if part.state in (Post.State.POSTING, Post.State.UNSURE):
            raise Refused(f"Nobody is sure of post {part.pk} yet; settle it first, then delete it.")
