"""How often somebody may fail; counted in Redis, and forgotten with it."""

import hashlib
import logging
from datetime import timedelta

import redis

from publisher import pulse

log = logging.getLogger(__name__)


def failures(what: str) -> int:
    """Return how often `what` has failed lately."""
    try:
        return int(pulse.client().get(_key(what)) or 0)
    except redis.RedisError:
        # Without Redis nothing is sent, but whoever works here must get in to see that.
        log.warning("Redis is out of reach, so failures are not counted")
        return 0


def note(what: str, *, per: timedelta) -> None:
    """Count one more failure of `what`; all are forgotten `per` after the first."""
    try:
        pipe = pulse.client().pipeline()
        pipe.incr(_key(what))
        pipe.expire(_key(what), per, nx=True)
        pipe.execute()
    except redis.RedisError:
        log.warning("Redis is out of reach, so failures are not counted")


def _key(what: str) -> str:
    # Hashed, because `what` holds an address and Redis is no place for one.
    return f"publisher:failures:{hashlib.sha256(what.encode()).hexdigest()}"
