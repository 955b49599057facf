"""The rhythm in which the dispatcher is woken, which no jump of a host's clock disturbs."""

import time
from datetime import datetime

from celery.schedules import schedstate, schedule


class Steady(schedule):
    """Every so many seconds, by the clock that measures durations.

    Celery's own asks for the time of day: on a host whose clock is set back an hour, it would be
    silent for that hour.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._seconds = seconds
        self._last_run_at: datetime | None = None
        self._since = time.monotonic()

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Return whether it is, and in how many seconds to ask again."""
        # Every run has another one, and what it says of the time does not matter.
        if last_run_at != self._last_run_at:
            self._last_run_at, self._since = last_run_at, time.monotonic()
        left = self._since + self._seconds - time.monotonic()
        return schedstate(is_due=left <= 0, next=left if left > 0 else self._seconds)
