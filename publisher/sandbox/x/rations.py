"""How many calls an account has left, in windows of 15 minutes as X has them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ration:
    """What is left after a call; `taken` is False where there was nothing left to take."""

    taken: bool
    limit: int
    remaining: int
    reset_at: datetime

    def headers(self) -> tuple[tuple[str, str], ...]:
        return (
            ("x-rate-limit-limit", str(self.limit)),
            ("x-rate-limit-remaining", str(self.remaining)),
            ("x-rate-limit-reset", str(int(self.reset_at.timestamp()))),
        )


class Rations:
    """Counts calls by account and route; a window opens with its first call."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._lock = Lock()

    def take(self, account: str, route: str, *, now: datetime) -> Ration:
        with self._lock:
            reset_at, used = self._windows.get((account, route), (now, 0))
            if now >= reset_at:
                # X counts in whole seconds.
                reset_at, used = now.replace(microsecond=0) + WINDOW, 0
            taken = used < self._limit
            used += taken
            self._windows[account, route] = (reset_at, used)
        return Ration(taken, self._limit, self._limit - used, reset_at)
