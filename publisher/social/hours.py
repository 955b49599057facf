"""The hours of the week at which an account's posts did best, by its own figures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import log1p
from statistics import fmean

from publisher.social import agenda
from publisher.social.models import Account, Outcome, Post
from publisher.social.spoken import Slots

# Below this, chance alone makes some hours look good.
LEAST_POSTS = 30
# An hour is judged as if so many more posts had done as well as all do on the average.
_PRIOR_POSTS = 5
# What worked long ago was read by others.
_LOOKED_BACK = timedelta(days=180)
# What comes of a post comes on the first day.
_GROWN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one post: when it went out by the account's clock, and how it was taken."""

    at: datetime
    reactions: int
    impressions: int | None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week, Monday is 0; `gain` is how much better than the average it does.

    0.25 is a quarter better, counted over `posts`.
    """

    weekday: int
    at: time
    gain: float
    posts: int


def proposed(name: str, *, now: datetime, per_day: int = 3) -> list[Hour] | None:
    """Return an account's best hours of each weekday, in order; None: too few posts to go by.

    Raises Refused where there is no account of this name.
    """
    account = Account.objects.named(name)
    outcomes = Outcome.objects.filter(
        post__account=account,
        post__state=Post.State.POSTED,
        post__posted_at__gt=now - _LOOKED_BACK,
        post__posted_at__lt=now - _GROWN_AFTER,
        post__parent=None,
        read_at__isnull=False,
    )
    zone = agenda.zone(account)
    return best(
        [
            Told((posted_at or now).astimezone(zone), sum(filter(None, reactions)), impressions)
            for posted_at, impressions, *reactions in outcomes.values_list(
                "post__posted_at", "impressions", "likes", "reposts", "clicks"
            )
        ],
        per_day=per_day,
    )


def best(told: Sequence[Told], *, per_day: int) -> list[Hour] | None:
    """Return the best hours of each weekday that did better than the average; None: too few posts.

    A post counts by its reactions per impression, or, where the network does not tell how many saw
    it, by the logarithm of its reactions: one that half the world saw must not decide alone. An
    hour with few posts is pulled towards the average, by five posts that are thought average.
    """
    if len(told) < LEAST_POSTS:
        return None
    scores = _scores(told)
    average = fmean(scores)
    if not average:
        return []
    by_hour = defaultdict(list)
    for each, score in zip(told, scores, strict=True):
        by_hour[each.at.weekday(), each.at.hour].append(score)
    hours = [
        Hour(weekday, time(hour), _pulled(taken, average) / average - 1, len(taken))
        for (weekday, hour), taken in by_hour.items()
    ]
    return _best_of_days([each for each in hours if each.gain > 0], per_day)


def slots(hours: Iterable[Hour]) -> Slots:
    """Return hours as an account's slots."""
    return tuple((each.weekday, each.at) for each in hours)


def _scores(told: Sequence[Told]) -> list[float]:
    if all(each.impressions for each in told):
        return [each.reactions / (each.impressions or 1) for each in told]
    return [log1p(each.reactions) for each in told]


def _pulled(scores: Sequence[float], average: float) -> float:
    return (sum(scores) + _PRIOR_POSTS * average) / (len(scores) + _PRIOR_POSTS)


def _best_of_days(hours: Sequence[Hour], per_day: int) -> list[Hour]:
    chosen = []
    for day in range(7):
        of_day = [each for each in hours if each.weekday == day]
        chosen += sorted(of_day, key=lambda each: (-each.gain, each.at))[:per_day]
    return sorted(chosen, key=lambda each: (each.weekday, each.at))
