"""Limits a second, held by all workers together: GCRA in Redis, or each its part without it.

The generic cell rate algorithm (ITU-T I.371) remembers one moment a limit: when the message after
all those granted would be on time. A grant moves it on; nothing is granted that would move it
further than the burst ahead of now. So in any T seconds at most `rate · T + burst` are granted.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import redis

log = logging.getLogger(__name__)

# How far ahead of its rate a limit may get: long enough for workers that ask a few times a second,
# short enough that a relay with a limit a second does not see two seconds' worth at once.
BURST_SECONDS = 0.5
# A worker that has not asked for this long does not count any more.
COUNTED_FOR_SECONDS = 10
# Before Redis has been heard for the first time: rather too slow than too fast.
UNHEARD_WORKERS = 4
# A Redis that did not answer is left alone for this long: a call to one that hangs takes 2 seconds.
LEFT_ALONE_SECONDS = 5.0
# No key outlives its use by more: a minute after its burst is full again it says nothing.
_KEPT_FOR_SECONDS = 60

# See the head of this file; one call for all limits of a relay. KEYS: who asks (by when they did),
# then a key a limit. ARGV: this worker, how long a worker counts, then rate, burst and need of each
# limit; a need below 0 gives back. Returns the workers, then granted and milliseconds to wait.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1e6 + time[2]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2] * 1e6)
redis.call('EXPIRE', KEYS[1], ARGV[2])
local workers = redis.call('ZCARD', KEYS[1])
local answer = {workers}
for i = 2, #KEYS do
  local rate, burst, need = ARGV[i * 3 - 3], ARGV[i * 3 - 2] + 0, ARGV[i * 3 - 1] + 0
  local interval = 1e6 / rate
  local ahead = (tonumber(redis.call('GET', KEYS[i]) or 0) - now) / interval
  -- Never further than the burst, whatever a clock did that was set back.
  ahead = math.max(0, math.min(ahead, burst) + math.min(need, 0))
  local free = math.floor(burst - ahead + 1e-6)
  -- Half of what there is at the most: whoever asks next finds something, too.
  local count = math.max(0, math.min(need, math.ceil(free / 2)))
  ahead = ahead + count
  local tat = string.format('%.0f', now + ahead * interval)
  redis.call('SET', KEYS[i], tat, 'PX', math.ceil(ahead * interval / 1e3) + {kept_ms})
  answer[#answer + 1] = count
  answer[#answer + 1] = math.max(0, math.ceil((ahead + 1 - burst) * interval / 1e3))
end
return answer
""".replace("{kept_ms}", str(_KEPT_FOR_SECONDS * 1000))


@dataclass(frozen=True, slots=True)
class Ask:
    """A limit of `rate` messages a second, and how many are needed of it; below 0: given back."""

    name: str
    rate: float
    need: int


@dataclass(frozen=True, slots=True)
class Grant:
    """How many may go, and in how many seconds there will be more."""

    count: int
    ask_in: float


class Meter(Protocol):
    """Grants what all workers together may send a second."""

    @property
    def workers(self) -> int:
        """Return how many workers there are, as far as this one has heard."""

    def ask(self, asks: Sequence[Ask]) -> list[Grant]:
        """Return a grant for each; raises nothing."""


def burst(rate: float) -> float:
    """Return how many messages may go at once."""
    return max(rate * BURST_SECONDS, 1.0)


class OwnMeter:
    """One worker's part of every limit, when it cannot ask how much the others use of it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.workers = UNHEARD_WORKERS
        self._clock = clock
        # When the message after all that were granted would be on time.
        self._on_time: dict[str, float] = {}

    def ask(self, asks: Sequence[Ask]) -> list[Grant]:
        """Return a grant for each."""
        return [self._grant(ask, ask.rate / self.workers) for ask in asks]

    def _grant(self, ask: Ask, rate: float) -> Grant:
        """Do what the script does, with a clock of its own."""
        now = self._clock()
        most = burst(rate)
        ahead = (self._on_time.get(ask.name, now) - now) * rate
        ahead = max(0.0, min(ahead, most) + min(ask.need, 0))
        free = math.floor(most - ahead + 1e-6)
        count = max(0, min(ask.need, math.ceil(free / 2)))
        ahead += count
        self._on_time[ask.name] = now + ahead / rate
        return Grant(count, max(0.0, (ahead + 1 - most) / rate))


class SharedMeter:
    """All workers' limits, in Redis by its own clock; while it is gone, this worker's part.

    `prefix` is the relay's: its workers share what is written under it.
    """

    def __init__(
        self, prefix: str, client: redis.Redis, clock: Callable[[], float], *, worker: str
    ) -> None:
        # Braces: one slot of a cluster for all keys of a call.
        self._prefix = f"publisher:throttle:{{{prefix}}}"
        self._worker = worker
        self._script = client.register_script(_SCRIPT)
        self._clock = clock
        self._own = OwnMeter(clock)
        self._left_alone_until = -math.inf
        self._fewer_from = -math.inf

    @property
    def workers(self) -> int:
        """Return how many workers there are, as far as this one has heard."""
        return self._own.workers

    def ask(self, asks: Sequence[Ask]) -> list[Grant]:
        """Return a grant for each."""
        if self._clock() < self._left_alone_until:
            return self._own.ask(asks)
        try:
            return self._shared(asks)
        except redis.RedisError as error:
            log.warning("Redis does not answer, so every worker keeps to its part: %s", error)
            self._left_alone_until = self._clock() + LEFT_ALONE_SECONDS
            return self._own.ask(asks)

    def _shared(self, asks: Sequence[Ask]) -> list[Grant]:
        keys = [f"{self._prefix}:workers", *(f"{self._prefix}:{ask.name}" for ask in asks)]
        numbers = [number for ask in asks for number in (ask.rate, burst(ask.rate), ask.need)]
        workers, *answers = self._script(keys, [self._worker, COUNTED_FOR_SECONDS, *numbers])
        self._count(workers)
        pairs = zip(answers[::2], answers[1::2], strict=True)
        return [Grant(count, milliseconds / 1000) for count, milliseconds in pairs]

    def _count(self, workers: int) -> None:
        """Believe that there are fewer only after a while: a wiped Redis has forgotten them all."""
        now = self._clock()
        if workers >= self._own.workers or now >= self._fewer_from:
            self._own.workers = workers
        if workers >= self._own.workers:
            self._fewer_from = now + COUNTED_FOR_SECONDS
