"""What nobody is sure of is looked up on the network, and else left to an editor."""

from datetime import datetime, timedelta

from publisher import wiring
from publisher.channels import ChannelError, Receipt, Temporary
from publisher.social.models import Post
from publisher.social.posting import outcomes
from publisher.social.posting.connecting import Connect, network, renews
from publisher.social.posting.messages import message

# When a post in doubt is looked up, counted from the call; networks show a post with some delay.
LOOK_UP_AFTER = tuple(timedelta(seconds=s) for s in (30, 120, 600, 3600))
# A network that cannot be asked is asked again after this, until it has answered.
ASK_AGAIN_AFTER = timedelta(hours=1)


def look_up(post: Post, now: datetime, connect: Connect) -> None:
    """Ask the network for a post in doubt."""
    way = network(post.account, now, connect)
    if way is None:
        return
    # Neither kind of error touches the account: one that may not be read can still be posted to,
    # and the network counts reading and posting apart.
    try:
        receipt = way.find(message(post), since=post.unsure_since or now)
    except Temporary as error:
        due_at = error.retry_at or next_look_up(post, now) or now + ASK_AGAIN_AFTER
        _put_off(post, error, due_at, now)
    except ChannelError as error:
        if renews(post.account, error, now, connect):
            _put_off(post, error, now, now)
        else:
            _leave_to_editor(post, error.reason, now)
    else:
        _note_found(post, receipt, now)


def next_look_up(post: Post, now: datetime) -> datetime | None:
    """Return the first look-up after `now`; None where all of them have been."""
    sent_at = post.sent_at or now
    return next((sent_at + wait for wait in LOOK_UP_AFTER if sent_at + wait > now), None)


def _put_off(post: Post, error: ChannelError, due_at: datetime, now: datetime) -> None:
    changes = {"due_at": outcomes.later(due_at, now), "reason": error.reason}
    outcomes.note(post, changes, f"not looked up: {error.reason}", now)


def _note_found(post: Post, receipt: Receipt | None, now: datetime) -> None:
    if receipt:
        outcomes.note_posted(post, receipt, now)
    elif _may_repeat(post):
        # It has the key of the first call: on the network the two are one.
        again = now if post.attempts == 1 else now + outcomes.wait(post)
        changes = {"state": Post.State.SCHEDULED, "due_at": again, "reason": ""}
        outcomes.note(post, changes, "looked up and not there; posted again by its key", now)
    elif due_at := next_look_up(post, now):
        changes = {"due_at": due_at, "reason": "The network does not show this post so far."}
        outcomes.note(post, changes, "looked up and not found so far", now)
    else:
        _leave_to_editor(post, "The network does not show this post.", now)


def _may_repeat(post: Post) -> bool:
    """Return whether the same call may be made again: harmlessly, and not for ever."""
    is_harmless = wiring.NETWORKS[post.account.network].repeats_harmlessly
    return is_harmless and post.attempts % outcomes.ATTEMPTS != 0


def _leave_to_editor(post: Post, reason: str, now: datetime) -> None:
    advice = "Look at the account, then mark it as posted or send it again."
    changes = {"due_at": None, "reason": f"{reason} {advice}"}
    outcomes.note(post, changes, "left to an editor", now)
