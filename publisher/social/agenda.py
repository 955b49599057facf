"""When an account has spoken and is going to, and when it may next.

A thread counts as one post: its parts follow each other as fast as the network takes them.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from publisher.social import slots
from publisher.social.models import Account, Post

# A day has 25 hours when the clock is put back.
_LONGEST_DAY = timedelta(hours=25)


def zone(account: Account) -> ZoneInfo:
    """Return the zone by whose clock and calendar an account lives."""
    return ZoneInfo(account.time_zone or settings.TIME_ZONE)


def rules(account: Account) -> slots.Rules:
    """Return when an account may speak."""
    start, end = account.quiet_from, account.quiet_to
    return slots.Rules(
        zone=zone(account),
        slots=tuple(account.slots.values_list("weekday", "at")),
        quiet=None if start is None or end is None else (start, end),
        gap=account.gap,
        most_per_day=account.most_per_day,
    )


def taken(posts: QuerySet[Post], account: Account, around: datetime) -> list[datetime]:
    """Return the moments of those of an account's `posts` that have a say in what is free.

    `around` is the first moment that comes into question.
    """
    since = around - account.gap - _LONGEST_DAY
    sent = Q(state__in=Post.SENT, sent_at__gte=since)
    ahead = Q(state__in=Post.AHEAD, due_at__gte=since)
    rows = posts.filter(sent | ahead, account=account, parent=None)
    moments = rows.values_list("state", "sent_at", "due_at")
    return [
        moment
        for state, sent_at, due_at in moments
        if (moment := sent_at if state in Post.SENT else due_at)
    ]


def next_free(account: Account, wanted: datetime, *, now: datetime) -> datetime:
    """Return the first moment from `wanted` on, and ahead, that nothing else has; see slots.first.

    Raises Refused where there is none for 60 days.
    """
    wanted = max(wanted, now)
    return slots.first(rules(account), wanted, taken(Post.objects.all(), account, wanted))


def warnings_for(account: Account, due_at: datetime, *, post_id: int | None = None) -> list[str]:
    """Return what speaks against a time that an editor has chosen, for a post or a new one.

    Breaking news need not ask.
    """
    others = Post.objects.exclude(pk=post_id) if post_id else Post.objects.all()
    return slots.objections(rules(account), due_at, taken(others, account, due_at))


def hold(account: Account) -> None:
    """Let nobody else plan for an account before this transaction ends: two would choose one slot.

    Its row stays free for those who post and write on it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"agenda {account.pk}"])


def free_slot(name: str, wanted: datetime, *, now: datetime) -> datetime:
    """Return `next_free` for an account by its name; raises Refused where there is none."""
    return next_free(Account.objects.named(name), wanted, now=now)
