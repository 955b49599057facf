"""Which relay of a route takes the next batch: by weight, and round those that rest or are stopped.

Pure choice. The same questions in the same order get the same answers, and weights are met evenly:
3 to 1 is A A B A, not A A A B (smooth weighted round-robin, as nginx does it).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# How long a relay that could not be reached is left alone: after the first failure, and at most.
# A moment's trouble costs a moment; one that is down for the day is asked twelve times an hour.
FIRST_REST = timedelta(seconds=2)
LONGEST_REST = timedelta(minutes=5)
# The longest that a service may ask for: by then a daily quota is a new one.
LONGEST_ASKED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Way:
    """A relay as it stands in its row; `url` is in the clear and only of the one in the settings.

    `sealed` holds the credentials of any other. The limits are None where there is none.
    """

    name: str
    kind: str = "smtp"
    weight: int = 1
    sealed: bytes = field(default=b"", repr=False)
    url: str = field(default="", repr=False)
    per_second: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    stopped_reason: str = ""


@dataclass(slots=True)
class _Standing:
    """What is remembered of a way from batch to batch."""

    credit: int = 0
    failures: int = 0
    rests_until: datetime | None = None
    is_stopped: bool = False
    reason: str = ""


class Route:
    """The relays that share some mail and stand in for each other, in one process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._ways: dict[str, Way] = {}
        self._standings: dict[str, _Standing] = {}

    def update(self, ways: Sequence[Way]) -> None:
        """Take the rows as they are now; who has other credentials than before starts afresh."""
        known = self._ways
        self._ways = {way.name: way for way in ways}
        self._standings = {
            way.name: self._standings[way.name]
            if way.name in known and _same_place(known[way.name], way)
            else _Standing()
            for way in ways
        }

    def next(self, *, now: datetime) -> Way | None:
        """Return the relay for the next batch; None where none can take it, see `problem`."""
        able = [way for way in self._ways.values() if self._is_able(way, now)]
        # Weight 0 stands in only for all the others together.
        sharing = [way for way in able if way.weight] or able
        for way in sharing:
            self._standings[way.name].credit += max(way.weight, 1)
        # Of equals, the first in the order of `update`.
        chosen = max(sharing, key=lambda way: self._standings[way.name].credit, default=None)
        if chosen:
            self._standings[chosen.name].credit -= sum(max(way.weight, 1) for way in sharing)
        return chosen

    def works(self, way: Way) -> None:
        """Note that a relay took mail: its next failure is a first one again."""
        standing = self._standings.get(way.name)
        if standing:
            standing.failures, standing.rests_until, standing.reason = 0, None, ""

    def rests(self, way: Way, reason: str, *, now: datetime, until: datetime | None = None) -> None:
        """Leave a relay alone for a growing while, and not before `until` where it said so."""
        standing = self._standings.get(way.name)
        # Who was asked before the rest began has nothing new to say.
        if standing is None or (standing.rests_until and standing.rests_until > now):
            return
        while_ = min(FIRST_REST * 2 ** min(standing.failures, 16), LONGEST_REST)
        standing.failures += 1
        standing.reason = reason
        standing.rests_until = max(now + while_, min(until or now, now + LONGEST_ASKED_FOR))
        # What it could not take, it must not make up for.
        standing.credit = 0

    def stopped(self, way: Way, reason: str) -> None:
        """Leave a relay alone until its row has changed."""
        standing = self._standings.get(way.name)
        if standing:
            standing.is_stopped, standing.reason = True, reason

    @property
    def problem(self) -> str:
        """Return why no relay takes mail, as a sentence for an editor; "" where one may."""
        if not self._ways:
            return (
                f"No relay takes mail for the route '{self.name}'; add one with "
                f"'publisher relays add … --route {self.name}'."
            )
        reasons = [self._reason(way) for way in self._ways.values()]
        return "" if "" in reasons else " ".join(dict.fromkeys(reasons))

    @property
    def is_stopped(self) -> bool:
        """Return whether every relay waits for a person: none comes back by itself."""
        return all(
            way.stopped_reason or self._standings[way.name].is_stopped
            for way in self._ways.values()
        )

    def _is_able(self, way: Way, now: datetime) -> bool:
        standing = self._standings[way.name]
        if way.stopped_reason or standing.is_stopped:
            return False
        return standing.rests_until is None or standing.rests_until <= now

    def _reason(self, way: Way) -> str:
        if way.stopped_reason:
            return f"The relay '{way.name}' is stopped: {way.stopped_reason}"
        return self._standings[way.name].reason


def _same_place(one: Way, other: Way) -> bool:
    """Return whether what happened to one says anything about the other."""
    return (one.kind, one.sealed, one.url, one.stopped_reason) == (
        *(other.kind, other.sealed, other.url, other.stopped_reason),
    )
