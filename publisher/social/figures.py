"""What came of posts, read back from the networks: seldom, many at a time, within a budget."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime

from publisher import wiring
from publisher.channels import ChannelError, Temporary
from publisher.channels.posts import Figures
from publisher.social import budgets, tokens
from publisher.social.models import Account, Outcome, Post

# After these a post's figures are read: most of what comes, comes on the first day.
READ_AFTER = tuple(timedelta(hours=hours) for hours in (1, 24, 24 * 7, 24 * 30))
# An account is asked about at most this often, for all of its posts at once.
ASK_EVERY = timedelta(minutes=10)
_HANDED_OUT = 20


def expect(post: Post, *, now: datetime) -> None:
    """Plan to read what comes of a post that has just gone out, where its network tells."""
    if wiring.NETWORKS[post.account.network].most_figures:
        Outcome.objects.get_or_create(post=post, defaults={"due_at": now + READ_AFTER[0]})


def claim_due(*, now: datetime) -> list[int]:
    """Take the accounts whose posts' figures are to be read, and return their ids."""
    waiting = Outcome.objects.filter(post__account=OuterRef("pk"), due_at__lte=now)
    due = Account.objects.filter(
        Q(figures_due_at=None) | Q(figures_due_at__lte=now), Exists(waiting), stopped_reason=""
    )
    ids = list(due.values_list("pk", flat=True)[:_HANDED_OUT])
    Account.objects.filter(pk__in=ids).update(figures_due_at=now + ASK_EVERY)
    return ids


def read(
    account_id: int,
    *,
    now: datetime,
    connect: Callable[[str, dict[str, str]], wiring.Network] = wiring.kept_network,
) -> None:
    """Read the figures of an account's posts that are due, as many as its budgets allow."""
    account = Account.objects.get(pk=account_id)
    due = _due(account, now)
    if not due:
        return
    try:
        way = connect(account.network, tokens.fresh(account, now=now, connect=connect))
        for some in _portions(due, wiring.NETWORKS[account.network].most_figures):
            told = way.figures([each.post.network_id for each in some], now=now)
            budgets.note_reads(account, len(told), now=now)
            _write(some, told, now)
    except ChannelError as error:
        # Not worth more than another try, when the network says or at the next time anyway.
        if isinstance(error, Temporary) and error.retry_at:
            Account.objects.filter(pk=account_id).update(figures_due_at=error.retry_at)


def _due(account: Account, now: datetime) -> list[Outcome]:
    today = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Outcome.objects.filter(post__account=account).exclude(post__network_id="")
    left = account.most_figures_per_day - mine.filter(read_at__gte=today).count()
    newest_first = mine.filter(due_at__lte=now, post__state=Post.State.POSTED)
    ordered = newest_first.select_related("post").order_by("-post__posted_at")
    return list(ordered[: budgets.affordable_reads(account, max(0, left), now=now)])


def _portions(due: Sequence[Outcome], most: int) -> Iterator[Sequence[Outcome]]:
    for start in range(0, len(due), most):
        yield due[start : start + most]


def _write(some: Sequence[Outcome], told: Mapping[str, Figures], now: datetime) -> None:
    for outcome in some:
        figures = told.get(outcome.post.network_id)
        changes = {} if figures is None else _changes(figures)
        Outcome.objects.filter(pk=outcome.pk).update(
            read_at=now, due_at=_next(outcome.post, now), **changes
        )


def _changes(figures: Figures) -> dict[str, int]:
    names = ("impressions", "likes", "reposts", "replies", "clicks")
    values = {name: getattr(figures, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _next(post: Post, now: datetime) -> datetime | None:
    posted_at = post.posted_at or now
    return next((posted_at + wait for wait in READ_AFTER if posted_at + wait > now), None)
