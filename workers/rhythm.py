"""The rhythm in which the dispatcher is woken, which no jump of a host's clock disturbs."""

import time
from typing import Any, cast

from celery.beat import Scheduler
from celery.schedules import schedule


class Steady(Scheduler):
    """Sends every task again after so many seconds, by the clock that measures durations.

    Celery's own plans by the time of day: on a host whose clock is set back an hour, it would be
    silent for that hour.
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._due_at: dict[str, float] = {}

    def tick(self, *_: Any, **__: Any) -> float:
        """Send what is due; return in how many seconds to come again."""
        for name, entry in self.schedule.items():
            if self._left(name) <= 0:
                self._due_at[name] = time.monotonic() + cast(schedule, entry.schedule).seconds
                self.apply_entry(entry, producer=self.producer)
        return max(0, min(map(self._left, self.schedule)))

    def _left(self, name: str) -> float:
        return self._due_at.get(name, 0) - time.monotonic()
