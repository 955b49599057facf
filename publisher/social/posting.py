"""Calls a network and writes down what came of it: a post goes out once, or the row says why not.

The row says `posting` before the call is made, and only the worker that wrote it there makes the
call. So a worker that dies leaves either nothing done or a doubt, and a doubt is looked up on the
network and never posted again by itself.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Greatest, NullIf

from publisher import secrecy, wiring
from publisher.channels import ChannelError, Duplicate, Permanent, Receipt, Temporary
from publisher.channels.posts import Message
from publisher.errors import Refused
from publisher.social import keys, posts
from publisher.social.models import Account, Post
from publisher.staff import trail

Connect = Callable[[str, dict[str, str]], wiring.Network]

# Longer than a channel's longest call; after it, whoever was posting is taken for dead.
LEASE = timedelta(seconds=30)
# Where the network names no time to come back at: the waits before each further attempt, the last
# one again and again, and after how many attempts an editor is asked.
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 3600))
ATTEMPTS = 24
# When a post in doubt is looked up, counted from the call; networks show a post with some delay.
LOOK_UP_AFTER = tuple(timedelta(seconds=s) for s in (30, 120, 600, 3600))
# A network that cannot be asked is asked again after this, until it has answered.
ASK_AGAIN_AFTER = timedelta(hours=1)
# A time to come back at that lies behind us must not make us call all the time.
SHORTEST_WAIT = timedelta(seconds=1)


def publish(post_id: int, *, now: datetime, connect: Connect = wiring.network) -> None:
    """Post what is scheduled, look up what is unsure, and leave alone what is neither by now."""
    post = Post.objects.select_related("account", "article").filter(pk=post_id).first()
    if post is None or post.due_at is None or post.due_at > now:
        return
    if post.state == Post.State.SCHEDULED:
        _post(post, now, connect)
    elif post.state == Post.State.UNSURE:
        _look_up(post, now, connect)
    elif post.state == Post.State.POSTING:
        posts.doubt_abandoned(now=now)


def check(name: str, *, now: datetime, connect: Connect = wiring.network) -> str:
    """Return what the network calls an account; a stopped one goes on after that.

    Raises Refused with what the network says against it.
    """
    account = Account.objects.filter(name=name).first()
    if account is None:
        raise Refused(f"There is no account '{name}'; add it first.")
    try:
        network = connect(account.network, secrecy.unseal(bytes(account.credentials)))
        profile = network.profile()
    except ChannelError as error:
        raise Refused(error.reason) from error
    if Account.objects.filter(pk=account.pk).exclude(stopped_reason="").update(stopped_reason=""):
        trail.note(None, f"account {name}", "works again", now=now)
    return profile.handle


def _post(post: Post, now: datetime, connect: Connect) -> None:
    network = _network(post.account, now, connect)
    if network is None or _withheld(post, now):
        return
    taken = _take(post.pk, now)
    if taken is None:
        return
    try:
        receipt = network.send(_message(taken), now=now)
    except Temporary as error:
        _put_off(taken, error, now)
    except Duplicate as error:
        _note_duplicate(taken, error.reason, network, now)
    except Permanent as error:
        _fail(taken, error.reason, now)
        if error.stops_account:
            _stop(taken.account, error.reason, now)
    except ChannelError as error:
        _doubt(taken, error, now)
    else:
        _note_posted(taken, receipt, now)


def _message(post: Post) -> Message:
    """Return what the network is told: the same on every call for this post."""
    return Message(
        text=post.text,
        key=post.key,
        written_at=keys.written_at(post.key),
        link=post.link,
        language=post.article.language if post.article else "en",
        warning=post.warning,
        visibility=post.account.visibility,
    )


def _network(account: Account, now: datetime, connect: Connect) -> wiring.Network | None:
    """Return the account's network; where its credentials are no use it stops, and this is None."""
    try:
        return connect(account.network, secrecy.unseal(bytes(account.credentials)))
    except Refused as error:
        _stop(account, str(error), now)
        return None


def _withheld(post: Post, now: datetime) -> bool:
    """Fail a post whose article was withdrawn since it was scheduled; return whether it was."""
    article = post.article
    if article is None:
        return False
    published = article.published_at is not None and article.published_at <= now
    if published and not (article.embargo_until and article.embargo_until > now):
        return False
    reason = f"The article '{article.slug}' is not public; publish it and schedule the post again."
    scheduled = Post.objects.filter(pk=post.pk, state=Post.State.SCHEDULED)
    if scheduled.update(state=Post.State.FAILED, leased_until=None, reason=reason):
        trail.note(None, f"post {post.pk}", f"failed: {reason}", now=now)
    return True


def _take(post_id: int, now: datetime) -> Post | None:
    """Commit that a call is about to be made; None where a worker or an editor was faster."""
    heard = Account.objects.filter(
        Q(quiet_until=None) | Q(quiet_until__lte=now), pk=OuterRef("account"), stopped_reason=""
    )
    # The conditions stand on the row itself and not behind a join: PostgreSQL asks them again after
    # it has waited for another worker's update, which it does not do for the rows of a join.
    scheduled = Post.objects.filter(
        Exists(heard), pk=post_id, state=Post.State.SCHEDULED, due_at__lte=now
    )
    # Durable: nothing around it can undo it, or commit it only after the call.
    with transaction.atomic(durable=True):
        taken = scheduled.update(
            state=Post.State.POSTING,
            attempts=F("attempts") + 1,
            sent_at=now,
            leased_until=now + LEASE,
            key=Coalesce(NullIf("key", Value("")), Value(keys.choose(post_id, now=now))),
            reason="",
        )
        return Post.objects.select_related("account", "article").get(pk=post_id) if taken else None


@transaction.atomic
def _note_posted(post: Post, receipt: Receipt, now: datetime) -> None:
    # A receipt is a fact: whatever was thought of the post meanwhile, it is out.
    unwritten = Post.objects.filter(pk=post.pk, attempts=post.attempts).exclude(
        state=Post.State.POSTED
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
        trail.note(None, f"post {post.pk}", f"posted {receipt.url}".rstrip(), now=now)


def _note_duplicate(post: Post, reason: str, network: wiring.Network, now: datetime) -> None:
    """Where an earlier call was in doubt, the network has the words from that one."""
    if post.unsure_since is None:
        _fail(post, reason, now)
        return
    try:
        receipt = network.find(_message(post), since=post.unsure_since)
    except ChannelError:
        receipt = None
    _note_posted(post, receipt or Receipt(network_id=""), now)


def _put_off(post: Post, error: Temporary, now: datetime) -> None:
    if post.attempts % ATTEMPTS == 0:
        _fail(post, f"Given up after {post.attempts} attempts: {error.reason}", now)
        return
    wait = RETRY_AFTER[min(post.attempts, len(RETRY_AFTER)) - 1]
    due_at = _later(error.retry_at or now + wait, now)
    changes = {"state": Post.State.SCHEDULED, "due_at": due_at, "reason": error.reason}
    _note_outcome(post, changes, f"put off: {error.reason}", now)
    _keep_quiet(post.account, error, now)


def _fail(post: Post, reason: str, now: datetime) -> None:
    _note_outcome(post, {"state": Post.State.FAILED, "reason": reason}, f"failed: {reason}", now)


def _doubt(post: Post, error: ChannelError, now: datetime) -> None:
    changes = {
        "state": Post.State.UNSURE,
        "unsure_since": Coalesce("unsure_since", "sent_at"),
        "due_at": _next_look_up(post, now),
        "reason": error.reason,
    }
    _note_outcome(post, changes, f"unsure: {error.reason}", now)


def _look_up(post: Post, now: datetime, connect: Connect) -> None:
    network = _network(post.account, now, connect)
    if network is None:
        return
    # Neither kind of error touches the account: one that may not be read can still be posted to,
    # and the network counts reading and posting apart.
    try:
        receipt = network.find(_message(post), since=post.unsure_since or now)
    except Temporary as error:
        due_at = error.retry_at or _next_look_up(post, now) or now + ASK_AGAIN_AFTER
        changes = {"due_at": _later(due_at, now), "reason": error.reason}
        _note_outcome(post, changes, f"not looked up: {error.reason}", now)
    except ChannelError as error:
        _leave_to_editor(post, error.reason, now)
    else:
        _note_found(post, receipt, now)


def _note_found(post: Post, receipt: Receipt | None, now: datetime) -> None:
    if receipt:
        _note_posted(post, receipt, now)
    elif due_at := _next_look_up(post, now):
        changes = {"due_at": due_at, "reason": "The network does not show this post so far."}
        _note_outcome(post, changes, "looked up and not found so far", now)
    else:
        _leave_to_editor(post, "The network does not show this post.", now)


def _leave_to_editor(post: Post, reason: str, now: datetime) -> None:
    advice = "Look at the account, then mark it as posted or send it again."
    _note_outcome(post, {"due_at": None, "reason": f"{reason} {advice}"}, "left to an editor", now)


@transaction.atomic
def _note_outcome(post: Post, changes: dict[str, object], did: str, now: datetime) -> None:
    """Write what came of a call, unless the post has moved on since."""
    still = Post.objects.filter(pk=post.pk, state=post.state, attempts=post.attempts)
    if still.update(leased_until=None, **changes):
        trail.note(None, f"post {post.pk}", did, now=now)


def _next_look_up(post: Post, now: datetime) -> datetime | None:
    """Return the first look-up after `now`; None where all of them have been."""
    sent_at = post.sent_at or now
    return next((sent_at + wait for wait in LOOK_UP_AFTER if sent_at + wait > now), None)


def _later(moment: datetime, now: datetime) -> datetime:
    return max(moment, now + SHORTEST_WAIT)


def _keep_quiet(account: Account, error: Temporary, now: datetime) -> None:
    if error.retry_at and error.retry_at > now:
        # PostgreSQL's greatest() passes over NULL.
        Account.objects.filter(pk=account.pk).update(
            quiet_until=Greatest("quiet_until", error.retry_at)
        )


def _stop(account: Account, reason: str, now: datetime) -> None:
    if Account.objects.filter(pk=account.pk, stopped_reason="").update(stopped_reason=reason):
        trail.note(None, f"account {account.name}", f"stopped: {reason}", now=now)
