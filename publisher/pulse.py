"""The dispatcher's pulse in Redis: when it last looked for what is due."""

from datetime import datetime, timedelta
from functools import cache

import redis
from django.conf import settings

_KEY = "publisher:dispatched_at"
_KEPT_FOR = timedelta(hours=1)
_FRESH_FOR = timedelta(seconds=settings.DISPATCH_EVERY_SECONDS / 2)


@cache
def client() -> redis.Redis:
    """Return the process's connections to Redis; no call on them takes longer than two seconds."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, decode_responses=True
    )


def beat(*, now: datetime) -> None:
    """Write down that the dispatcher has just looked."""
    client().set(_KEY, now.isoformat(), ex=_KEPT_FOR)


def age(*, now: datetime) -> timedelta | None:
    """Return how long ago the dispatcher last looked; None where it has not for an hour."""
    raw = client().get(_KEY)
    return now - datetime.fromisoformat(str(raw)) if raw else None


def is_fresh(*, now: datetime) -> bool:
    """Return whether the dispatcher looked less than half of its rhythm ago."""
    looked = age(now=now)
    # Not where it looked in the future: the database's clock may have been set back.
    return looked is not None and timedelta(0) <= looked < _FRESH_FOR
