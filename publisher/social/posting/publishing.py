"""What is due: a post is held back, its pictures are uploaded, or the one call is made."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf

from publisher import wiring
from publisher.channels import ChannelError, Duplicate, Permanent, Receipt, Temporary
from publisher.social import holding, keys, posts
from publisher.social.models import Account, Post
from publisher.social.posting import deleting, doubts, outcomes, uploading
from publisher.social.posting.connecting import Connect, network, settle
from publisher.social.posting.messages import message
from publisher.social.posts.leaving import ready
from publisher.staff import trail


def publish(post_id: int, *, now: datetime, connect: Connect = wiring.kept_network) -> None:
    """Do what a post is due for, and leave alone what is due for nothing by now."""
    post = _found(post_id)
    if post is None or post.due_at is None or post.due_at > now:
        return
    match post.state:
        case Post.State.SCHEDULED:
            _post(post, now, connect)
        case Post.State.UNSURE:
            doubts.look_up(post, now, connect)
        case Post.State.DELETING:
            deleting.delete(post, now, connect)
        case Post.State.POSTING:
            posts.doubt_abandoned(now=now)


def _found(post_id: int) -> Post | None:
    related = ("account", "article", "parent", "thread")
    return Post.objects.select_related(*related).filter(pk=post_id).first()


def _post(post: Post, now: datetime, connect: Connect) -> None:
    way = network(post.account, now, connect)
    if way is None or _withheld(post, now) or not uploading.all_ready(post, way, now, connect):
        return
    taken = _take(post.pk, now, now + wiring.NETWORKS[post.account.network].sends_within)
    if taken is not None:
        _send(taken, way, now, connect)


def _send(post: Post, way: wiring.Network, now: datetime, connect: Connect) -> None:
    try:
        receipt = way.send(message(post), now=now)
    except Temporary as error:
        outcomes.put_off(post, error, now)
    except Duplicate as error:
        _note_duplicate(post, error.reason, way, now)
    except Permanent as error:
        if put_off := settle(post.account, error, now, connect):
            outcomes.put_off(post, put_off, now)
        else:
            outcomes.fail(post, error.reason, now)
    except ChannelError as error:
        outcomes.doubt(post, error.reason, doubts.next_look_up(post, now), now)
    else:
        outcomes.note_posted(post, receipt, now)


def _withheld(post: Post, now: datetime) -> bool:
    """Fail a post that must not go out as things stand; return whether it must not."""
    reason = _secret(post, now) or _torn(post)
    if not reason:
        return False
    scheduled = Post.objects.filter(pk=post.pk, state=Post.State.SCHEDULED)
    if scheduled.update(state=Post.State.FAILED, leased_until=None, reason=reason):
        trail.note(None, f"post {post.pk}", f"failed: {reason}", now=now)
    return True


def _secret(post: Post, now: datetime) -> str:
    """Return why a post is not to speak of its article any more, "" where it may."""
    article = post.article
    if article is None or article.is_out(now):
        return ""
    return f"The article '{article.slug}' is not public; publish it and schedule the post again."


def _torn(post: Post) -> str:
    """Return why a part cannot be tied to the one before it, "" where it can."""
    if post.parent is None or post.parent.network_id:
        return ""
    return (
        f"Nobody knows what the network calls post {post.parent.pk}, which this one follows; post"
        " the rest of the thread there."
    )


def _take(post_id: int, now: datetime, leased_until: datetime) -> Post | None:
    """Commit that a call is about to be made; None where a worker or an editor was faster."""
    heard = Account.objects.filter(
        Q(quiet_until=None) | Q(quiet_until__lte=now), pk=OuterRef("account"), stopped_reason=""
    )
    # The conditions stand on the row itself and not behind a join: PostgreSQL asks them again after
    # it has waited for another worker's update, which it does not do for the rows of a join.
    scheduled = Post.objects.filter(
        Exists(heard), ready(), pk=post_id, state=Post.State.SCHEDULED, due_at__lte=now
    )
    # Durable: nothing around it can undo it, or commit it only after the call.
    with transaction.atomic(durable=True):
        if holding.hold_back(post_id, now=now):
            return None
        taken = scheduled.update(
            state=Post.State.POSTING,
            attempts=F("attempts") + 1,
            sent_at=now,
            leased_until=leased_until,
            key=Coalesce(NullIf("key", Value("")), Value(keys.choose(post_id, now=now))),
            reason="",
        )
        return _found(post_id) if taken else None


def _note_duplicate(post: Post, reason: str, way: wiring.Network, now: datetime) -> None:
    """Where an earlier call was in doubt, the network has the words from that one."""
    if post.unsure_since is None:
        outcomes.fail(post, reason, now)
        return
    try:
        receipt = way.find(message(post), since=post.unsure_since)
    except ChannelError:
        receipt = None
    outcomes.note_posted(post, receipt or Receipt(network_id=""), now)
