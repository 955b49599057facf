"""Holds back a scheduled post whose time has gone by, or that nobody would pay for any more."""

from datetime import datetime, timedelta

from publisher import wiring
from publisher.errors import Refused
from publisher.social import agenda, budgets, prices, slots
from publisher.social.models import Account, Post
from publisher.social.posts import rows
from publisher.staff import trail

# Breaking news that is later than this is none.
MOST_LATE_BREAKING = timedelta(minutes=30)
_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


def hold_back(post_id: int, *, now: datetime) -> bool:
    """Say whether a scheduled post must not go out now; its row then says why.

    It waits for an editor where it is too late or over the budget. An evergreen is cancelled where
    its article is none any more, and gives way where something else needs its time. The parts of a
    thread that has begun always go out.

    An account with a budget is locked, so that two workers do not spend the same money: to be
    called in the transaction that says `posting`.
    """
    post = Post.objects.select_related("account", "article").filter(pk=post_id).first()
    if post is None or post.state != Post.State.SCHEDULED or post.parent_id is not None:
        return False
    # Where an earlier call is in doubt and its repeat does no harm, that tells whether it is out;
    # elsewhere an editor has said so, at the time that counts now.
    repeats_harmlessly = wiring.NETWORKS[post.account.network].repeats_harmlessly
    if post.unsure_since is not None and repeats_harmlessly:
        return False
    if reason := _lateness(post, now) or _overdraft(post, now):
        _change(post, reason, now, state=Post.State.APPROVED, due_at=None)
        return True
    return post.origin == Post.Origin.EVERGREEN and _gives_way(post, now)


def _lateness(post: Post, now: datetime) -> str:
    planned_at = post.planned_at or post.due_at or now
    most = MOST_LATE_BREAKING if post.is_breaking else post.account.most_late
    if now - planned_at <= most:
        return ""
    return (
        f"It was due on {rows.spoken(planned_at)} and is {spoken(now - planned_at)} late; schedule"
        " it again or cancel it."
    )


def _overdraft(post: Post, now: datetime) -> str:
    capped = Account.objects.filter(pk=post.account_id, budget_micros__isnull=False)
    # Not against those who only write posts on it.
    account = capped.select_for_update(no_key=True).first()
    price = sum(rows.thread(post).values_list("price_micros", flat=True))
    remains = budgets.left(account, now=now) if account else None
    if remains is None or price <= remains or not price:
        return ""
    return (
        f"It costs {prices.spoken(price)}, and '{post.account.name}' has"
        f" {prices.spoken(max(0, remains))} left of this month's budget; raise the budget, take the"
        " link out, or schedule it for the next month."
    )


def _gives_way(post: Post, now: datetime) -> bool:
    """Say whether an evergreen does not go out now after all: it has no time of its own."""
    # Not when it is due: attempts and uploads move that, and it has its time all the same.
    article, planned_at = post.article, post.planned_at or now
    if article is None or not article.is_evergreen_at(now):
        _change(post, "The article is no evergreen any more.", now, state=Post.State.CANCELLED)
        return True
    others = Post.objects.exclude(pk=post.pk)
    try:
        free_at = slots.first(
            agenda.rules(post.account), planned_at, agenda.taken(others, post.account, planned_at)
        )
    except Refused as refusal:
        _change(post, str(refusal), now, state=Post.State.CANCELLED)
        return True
    if free_at != planned_at:
        _change(post, "It gave way to another post.", now, due_at=free_at, planned_at=free_at)
    return free_at != planned_at


def _change(post: Post, reason: str, now: datetime, **changes: object) -> None:
    """Change a post and the rest of its thread, unless somebody has meanwhile."""
    waiting = rows.thread(post).filter(state=Post.State.SCHEDULED, due_at=post.due_at)
    if waiting.update(leased_until=None, reason=reason, **changes):
        trail.note(None, f"post {post.pk}", f"held back: {reason}", now=now)


def spoken(span: timedelta) -> str:
    """Return a span in its largest unit, rounded down: "5 hours"."""
    name, unit = next((each for each in _UNITS if span >= each[1]), _UNITS[-1])
    count = span // unit
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
