"""Limits an hour and a day, reserved ahead in PostgreSQL, where no wiped Redis forgets them.

Any hour and any day: the last sixty minutes and the last twenty-four hours are summed up, rounded
out to whole rows of five minutes, so that a full hour's worth at five to is not followed by another
at five past. Only the days of a warm-up are the newsroom's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, Min, Sum

from publisher.delivery.models import Quota
from publisher.delivery.throttles.shares import GOOD_FOR_SECONDS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# What one row counts. Shorter, and a day is a long sum; longer, and more waits for nothing when an
# hour is over.
SLOT = timedelta(minutes=5)
# Beyond the longest window, the longest day of a warm-up (25 hours) included.
_KEPT_FOR = timedelta(days=2)
_GOOD_FOR = timedelta(seconds=GOOD_FOR_SECONDS)


@dataclass(frozen=True, slots=True)
class Window:
    """The most messages in the rows that begin at `since` or later.

    Its oldest row counts no more after `span`; None: all of them count until `over_at`.
    """

    since: datetime
    most: int
    over_at: datetime
    span: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """How many may go, and when there may be more of them: `now` where there are."""

    count: int
    again_at: datetime


def slot_of(moment: datetime) -> datetime:
    """Return the beginning of the five minutes that a moment is in."""
    return moment - timedelta(
        minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond
    )


def last(span: timedelta, most: int, *, now: datetime) -> Window:
    """Return the window of an hour or a day that ends now."""
    # What was reserved a moment before may have left within it.
    counted_for = span + SLOT + _GOOD_FOR
    return Window(slot_of(now - span - _GOOD_FOR), most, now, counted_for)


def today(most: int, zone: ZoneInfo, *, now: datetime) -> Window:
    """Return the window of the day that it is in a time zone."""
    morning = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # In local time: a day may have 23 hours, or 25.
    return Window(morning, most, morning + DAY)


def of_relay(name: str) -> str:
    """Return the name by which the hours and days of a relay are counted."""
    return f"relay {name}"


@transaction.atomic
def reserve(name: str, windows: Sequence[Window], want: int, *, now: datetime) -> Reserved:
    """Take as many of `want` as all windows allow; all of them count from here on."""
    with connection.cursor() as cursor:
        # Two that sum up at once would both find room for the same messages.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"quota {name}"])
    reserved = room(name, windows, want, now=now)
    if reserved.count:
        _count(name, reserved.count, now)
    return reserved


def room(name: str, windows: Sequence[Window], want: int, *, now: datetime) -> Reserved:
    """Return as many of `want` as all windows allow now, and take none."""
    free, again_at = want, now
    for window in windows:
        counted = Quota.objects.filter(name=name, starts_at__gte=window.since, count__gt=0)
        sums = counted.aggregate(used=Sum("count"), oldest=Min("starts_at"))
        left = window.most - (sums["used"] or 0)
        free = min(free, left)
        if left <= 0:
            over_at = sums["oldest"] + window.span if window.span else window.over_at
            again_at = max(again_at, over_at)
    return Reserved(max(free, 0), again_at)


def give_back(name: str, slot: datetime, count: int) -> None:
    """Take off again what was reserved in a slot and has not been used."""
    Quota.objects.filter(name=name, starts_at=slot).update(count=F("count") - count)


def _count(name: str, count: int, now: datetime) -> None:
    _, begun = Quota.objects.get_or_create(name=name, starts_at=slot_of(now), defaults={"count": 0})
    Quota.objects.filter(name=name, starts_at=slot_of(now)).update(count=F("count") + count)
    if begun:
        Quota.objects.filter(name=name, starts_at__lt=now - _KEPT_FOR).delete()
