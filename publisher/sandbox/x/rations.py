"""How many calls an account and its app have left, in windows of 15 minutes and of 24 hours."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Self

QUARTER, USER_DAY, APP_DAY = "x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"
WINDOWS = {
    QUARTER: timedelta(minutes=15),
    USER_DAY: timedelta(hours=24),
    APP_DAY: timedelta(hours=24),
}
_MEDIA = {QUARTER: 1_875, APP_DAY: 180_000}
# https://docs.x.com/x-api/fundamentals/rate-limits, per user and per app; and, for what any account
# may post in a day, https://help.x.com/en/rules-and-policies/x-limits.
LIMITS: dict[str, dict[str, int]] = {
    "POST /2/tweets": {QUARTER: 100, USER_DAY: 2_400, APP_DAY: 10_000},
    "DELETE /2/tweets/:id": {QUARTER: 50},
    "GET /2/tweets": {QUARTER: 5_000},
    "GET /2/tweets/:id": {QUARTER: 900},
    "GET /2/users/me": {QUARTER: 75},
    "GET /2/users/:id/tweets": {QUARTER: 900},
    "POST /2/media/upload/initialize": _MEDIA,
    "POST /2/media/upload/:id/append": _MEDIA,
    "POST /2/media/upload/:id/finalize": _MEDIA,
    "GET /2/media/upload": {QUARTER: 1_000, APP_DAY: 100_000},
    "POST /2/media/metadata": {QUARTER: 500, APP_DAY: 50_000},
}


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one window, named as its headers begin."""

    window: str
    limit: int
    remaining: int
    reset_at: datetime

    def headers(self) -> tuple[tuple[str, str], ...]:
        return (
            (f"{self.window}-limit", str(self.limit)),
            (f"{self.window}-remaining", str(self.remaining)),
            (f"{self.window}-reset", str(int(self.reset_at.timestamp()))),
        )


@dataclass(frozen=True, slots=True)
class Ration:
    """What is left after a call; `taken` is False where one window had nothing left to take."""

    taken: bool
    left: tuple[Left, ...]

    def headers(self) -> tuple[tuple[str, str], ...]:
        return tuple(header for each in self.left for header in each.headers())

    def emptied(self, windows: frozenset[str], reset_at: datetime) -> Self:
        """Return it with `windows` used up until `reset_at`, even those that it did not have."""
        named = {each.window: each for each in self.left}
        for window in windows:
            known = named.get(window, Left(window, 1, 0, reset_at))
            named[window] = replace(known, remaining=0, reset_at=reset_at)
        return replace(self, left=tuple(named.values()))


class Rations:
    """Counts calls by who makes them and by route; a window opens with its first call.

    `ordered` are limits by window that hold on every route in the place of X's own.
    """

    def __init__(self, ordered: Mapping[str, int]) -> None:
        self._ordered = dict(ordered)
        self._open: dict[tuple[str, str, str], tuple[datetime, int]] = {}
        self._lock = Lock()

    def order(self, limits: object) -> None:
        """Take new limits by window; raises ValueError with a sentence for what is none."""
        if not isinstance(limits, dict) or not limits.keys() <= WINDOWS.keys():
            raise ValueError(f"limits are an object of {', '.join(WINDOWS)}")
        if not all(isinstance(limit, int) and limit >= 0 for limit in limits.values()):
            raise ValueError("a limit is how many calls there are in its window")
        with self._lock:
            self._ordered |= limits

    def take(self, who: Mapping[str, str], route: str, *, now: datetime) -> Ration:
        """Take one call out of every window of the route where each has one left, else out of none.

        `who` is whose window it is, by window.
        """
        with self._lock:
            limits = {
                window: self._ordered.get(window, own) for window, own in LIMITS[route].items()
            }
            counts = {window: self._count(window, who[window], route, now) for window in limits}
            taken = all(used < limits[window] for window, (_, used) in counts.items())
            left = []
            for window, (reset_at, used) in counts.items():
                self._open[window, who[window], route] = (reset_at, used + taken)
                remaining = max(0, limits[window] - used - taken)
                left.append(Left(window, limits[window], remaining, reset_at))
        return Ration(taken, tuple(left))

    def _count(self, window: str, name: str, route: str, now: datetime) -> tuple[datetime, int]:
        reset_at, used = self._open.get((window, name, route), (now, 0))
        if now < reset_at:
            return reset_at, used
        # X counts in whole seconds.
        return now.replace(microsecond=0) + WINDOWS[window], 0
