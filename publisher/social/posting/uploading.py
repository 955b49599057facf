"""Pictures go first, in steps of their own; an upload posts nothing, so it may be repeated."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from publisher import wiring
from publisher.channels import ChannelError, Permanent, Temporary
from publisher.channels.posts import Upload
from publisher.social.models import Medium, Post
from publisher.social.posting import outcomes
from publisher.social.posting.connecting import Connect, settle
from publisher.social.posting.messages import attachment
from publisher.staff import trail

# After this a picture has failed, and its post with it: an editor may want it without.
GIVE_UP_AFTER = timedelta(minutes=30)
# Networks drop what is uploaded and not used: X after a day, a PDS after an hour at the earliest.
FORGOTTEN_AFTER = timedelta(minutes=50)
# Longer than any upload takes; after it, whoever was uploading is taken for dead.
LEASE = timedelta(minutes=10)


def all_ready(post: Post, network: wiring.Network, now: datetime, connect: Connect) -> bool:
    """Take the pictures of a post a step further; return whether it may be posted now.

    Where it may not, the row says when it is looked at again, or why it has failed.
    """
    if not wiring.NETWORKS[post.account.network].has_uploads:
        return True
    if _left(post, now).exists():
        Post.objects.filter(pk=post.pk, state=post.state).update(leased_until=now + LEASE)
    # One after the other, and none after one that is not ready.
    return all(_is_ready(medium, post, network, now, connect) for medium in _left(post, now))


def _left(post: Post, now: datetime) -> QuerySet[Medium]:
    done = Q(state=Medium.State.READY, forgotten_at__gt=now)
    return post.media.exclude(done).select_related("post__account")


def _is_ready(
    medium: Medium, post: Post, network: wiring.Network, now: datetime, connect: Connect
) -> bool:
    medium.give_up_at = medium.give_up_at or now + GIVE_UP_AFTER
    try:
        upload = _further(medium, network, now)
    except Permanent as error:
        if put_off := settle(post.account, error, now, connect):
            _begin_anew(medium, post, put_off, now)
        else:
            _give_up(medium, post, error.reason, now)
        return False
    except ChannelError as error:
        # An upload that nobody is sure of is made again.
        _wait(medium, post, error, now)
        return False
    return _noted(medium, post, upload, now)


def _further(medium: Medium, network: wiring.Network, now: datetime) -> Upload:
    """Upload it, or ask how far it is; raises what the network does."""
    if medium.state == Medium.State.UPLOADING and medium.reference:
        return network.uploaded(medium.reference, now=now)
    Medium.objects.filter(pk=medium.pk).update(
        state=Medium.State.UPLOADING, reference="", give_up_at=medium.give_up_at
    )
    return network.upload(attachment(medium), now=now)


def _noted(medium: Medium, post: Post, upload: Upload, now: datetime) -> bool:
    is_ready = upload.check_at is None
    Medium.objects.filter(pk=medium.pk).update(
        state=Medium.State.READY if is_ready else Medium.State.UPLOADING,
        reference=upload.reference,
        check_at=upload.check_at,
        forgotten_at=now + FORGOTTEN_AFTER,
        give_up_at=None if is_ready else medium.give_up_at,
        reason="",
    )
    if upload.check_at is None:
        return True
    reason = f"The network is still working on the {medium.kind}."
    _look_again(medium, post, upload.check_at, reason, now)
    return False


def _wait(medium: Medium, post: Post, error: ChannelError, now: datetime) -> None:
    due_at = error.retry_at if isinstance(error, Temporary) else None
    Medium.objects.filter(pk=medium.pk).update(reason=error.reason)
    _look_again(medium, post, due_at or now + outcomes.RETRY_AFTER[0], error.reason, now)


def _begin_anew(medium: Medium, post: Post, error: Temporary, now: datetime) -> None:
    """Let a picture wait with its account, however long it takes."""
    medium.give_up_at = None
    Medium.objects.filter(pk=medium.pk).update(give_up_at=None)
    _wait(medium, post, error, now)


def _look_again(medium: Medium, post: Post, at: datetime, reason: str, now: datetime) -> None:
    if medium.give_up_at and now >= medium.give_up_at:
        _give_up(medium, post, reason, now)
        return
    changes = {"due_at": outcomes.later(at, now), "leased_until": None, "reason": reason}
    Post.objects.filter(pk=post.pk, state=post.state, attempts=post.attempts).update(**changes)


def _give_up(medium: Medium, post: Post, reason: str, now: datetime) -> None:
    Medium.objects.filter(pk=medium.pk).update(state=Medium.State.FAILED, reason=reason)
    trail.note(None, f"post {post.pk}", f"{medium.kind} not uploaded: {reason}", now=now)
    advice = f"Remove the {medium.kind} or schedule the post again."
    outcomes.fail(post, f"Its {medium.kind} was not taken: {reason} {advice}", now)
