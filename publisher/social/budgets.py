"""What an account has cost this month, by its own calendar, and what it may still cost.

Everything is in millionths of a dollar. What a network refused costs nothing; what may have got out
is counted as if it had.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from publisher.social import agenda, prices
from publisher.social.models import Account, Expense, Post

# Parts of a thread that has begun: they go out whatever happens, so the money is gone.
_PROMISED = Q(state=Post.State.SCHEDULED, thread__state__in=Post.SENT)


def spent(account: Account, *, now: datetime) -> int:
    """Return what this month's posts and figures cost, with the rest of threads that have begun."""
    start, end = _month(account, now)
    sent = Q(state__in=Post.SENT, sent_at__gte=start, sent_at__lt=end)
    read = Expense.objects.filter(account=account, month=_first_day(account, now))
    return _sum(account.posts.filter(sent | _PROMISED)) + (
        read.values_list("micros", flat=True).first() or 0
    )


def planned(account: Account, *, now: datetime) -> int:
    """Return what is to go out in the month of `now`, and what of it nobody has approved yet."""
    start, end = _month(account, now)
    ahead = account.posts.filter(state__in=Post.AHEAD, due_at__gte=start, due_at__lt=end)
    return _sum(ahead.exclude(_PROMISED))


def left(account: Account, *, now: datetime) -> int | None:
    """Return what may still be spent this month, below 0 where it was too much; None: no limit."""
    if account.budget_micros is None:
        return None
    return account.budget_micros - spent(account, now=now)


def unplanned(account: Account, *, now: datetime) -> int | None:
    """Return what is left once all that is planned for this month has gone out; None: no limit."""
    remains = left(account, now=now)
    return None if remains is None else remains - planned(account, now=now)


def affordable_reads(account: Account, most: int, *, now: datetime) -> int:
    """Return for how many posts, at most `most`, figures may be read: posts to come go first."""
    price, remains = prices.read(account.network), unplanned(account, now=now)
    if not price or remains is None:
        return most
    return max(0, min(most, remains // price))


@transaction.atomic
def note_reads(account: Account, posts: int, *, now: datetime) -> None:
    """Write down that figures of so many posts were read."""
    if not (micros := posts * prices.read(account.network)):
        return
    month = _first_day(account, now)
    Expense.objects.get_or_create(account=account, month=month)
    Expense.objects.filter(account=account, month=month).update(micros=F("micros") + micros)


def _month(account: Account, now: datetime) -> tuple[datetime, datetime]:
    """Return when the month of `now` begins and ends in an account's zone."""
    first = _first_day(account, now)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    begin, end = (datetime.combine(day, time(), agenda.zone(account)) for day in (first, following))
    return begin, end


def _first_day(account: Account, now: datetime) -> date:
    return now.astimezone(agenda.zone(account)).date().replace(day=1)


def _sum(posts: QuerySet[Post]) -> int:
    micros: int | None = posts.aggregate(sum=Sum("price_micros"))["sum"]
    return micros or 0
