"""Our own short links: made with a post, followed by readers, counted behind their backs.

Who follows one waits for no row: where it leads is remembered by the process, and the click is
added up in Redis, from where a worker takes all that have come together. Redis may lose the clicks
of a few seconds; a worker that dies between the row and Redis adds those of its batch twice.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import redis
from django.db import connection

from publisher import links, pulse
from publisher.social.models import Link, Post

log = logging.getLogger(__name__)

# Base58: no two of its characters are taken for each other.
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# 58⁷: with ten million links, one guess in 220,000 finds any.
CODE_CHARACTERS = 7
# What a preview shows, which makes nothing: as long as a code, and never one.
PLACEHOLDER = "preview"

_CLICKS = "publisher:clicks"
_BATCHES = "publisher:clicks:batches"
_HANDED_OUT = "publisher:clicks:handed-out"
_RESTING = "publisher:clicks:resting"
# An editor who looks at figures does not see the difference, and a viral post is one row a batch.
REST = timedelta(seconds=5)
LEASE = timedelta(seconds=60)
# A few megabytes; more posts than that are not read at a time.
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where a short link leads."""

    link_id: int
    url: str


def url(code: str) -> str:
    """Return a short link."""
    return links.absolute(f"/s/{code}")


def new_code() -> str:
    """Return a code that no link has."""
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_CHARACTERS))
        if code != PLACEHOLDER and not Link.objects.filter(code=code).exists():
            return code


def keep(code: str, target: str, post: Post, *, now: datetime) -> None:
    """Let `code` lead to `target` from the moment in which its post is committed."""
    Link.objects.create(code=code, target=target, post=post, created_at=now)


def target(code: str) -> Target | None:
    """Return where a code leads, None for one that is not ours."""
    if len(code) != CODE_CHARACTERS or not set(_ALPHABET).issuperset(code):
        return None
    try:
        return _known(code)
    except Link.DoesNotExist:
        return None


@lru_cache(maxsize=_REMEMBERED)
def _known(code: str) -> Target:
    # A link never leads elsewhere later. What is unknown is not remembered, for it may be made yet.
    return Target(*Link.objects.values_list("pk", "target").get(code=code))


def count(followed: Target) -> None:
    """Add a click, in Redis; without Redis it is not counted, and nobody waits."""
    try:
        pulse.client().hincrby(_CLICKS, str(followed.link_id), 1)
    except redis.RedisError:
        log.warning("Redis is out of reach, so clicks are not counted")


def claim_counted(*, now: datetime) -> list[int]:
    """Close the batch of clicks that has come together; return this and what others have left."""
    client = pulse.client()
    if not client.set(_RESTING, 1, nx=True, px=REST):
        return []
    if client.exists(_CLICKS):
        _close(client)
    due = [int(str(each)) for each in client.zrangebyscore(_HANDED_OUT, 0, now.timestamp())]
    if due:
        until = (now + LEASE).timestamp()
        client.zadd(_HANDED_OUT, {str(batch): until for batch in due}, xx=True)
    return due


def _close(client: redis.Redis) -> None:
    batch = client.incr(_BATCHES)
    pipe = client.pipeline()
    pipe.rename(_CLICKS, f"{_CLICKS}:{batch}")
    pipe.zadd(_HANDED_OUT, {str(batch): 0})
    # Another dispatcher may have closed it between: then this batch is empty, and soon gone.
    pipe.execute(raise_on_error=False)


def fold(batch: int) -> None:
    """Add a batch of clicks to their links."""
    client = pulse.client()
    counts = client.hgetall(f"{_CLICKS}:{batch}")
    ids = sorted(map(int, counts))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE social_link SET clicks = social_link.clicks + counted.clicks"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS counted (id, clicks)"
            " WHERE social_link.id = counted.id",
            [ids, [int(counts[str(link_id)]) for link_id in ids]],
        )
    pipe = client.pipeline()
    pipe.delete(f"{_CLICKS}:{batch}")
    pipe.zrem(_HANDED_OUT, str(batch))
    pipe.execute()
