"""How long the queues are in Redis, so that ids which nobody takes do not pile up there."""

import logging
from collections.abc import Set

import redis

from publisher import pulse
from workers.app import QUEUES

log = logging.getLogger(__name__)

# As many as are claimed at a time at the most: whoever is free finds one. While all workers are
# busy, what is claimed is claimed again with every lease, and its id queued once more.
MOST_WAITING = 100
# It is emptied by who looks at the others. After an outage it is full of ticks, which are one look.
_NEVER_FULL = "dispatch"


def full() -> Set[str]:
    """Return the queues that have enough on them; all while Redis is away.

    What is not claimed then need not wait for its lease to run out.
    """
    try:
        with pulse.client().pipeline(transaction=False) as asking:
            for name in QUEUES:
                asking.llen(name)
            lengths = asking.execute()
    except redis.RedisError as error:
        log.warning("Redis does not answer, so nothing is handed out: %s", error)
        return {*QUEUES}
    long = {name for name, length in zip(QUEUES, lengths, strict=True) if length >= MOST_WAITING}
    return long - {_NEVER_FULL}
