"""The dispatcher's rhythm: by how much time has passed, whatever the time of day is said to be."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from celery.beat import ScheduleEntry

from workers.rhythm import Steady

JUMPS = pytest.mark.parametrize("hours", [-24, -1, 0, 1, 24])


class Beat(Steady):
    """A beat on a host with a clock that can be set; it counts what it would send."""

    producer: Any = None

    def __init__(self, seconds: float, now: datetime) -> None:
        app = Celery(set_as_current=False)
        app.conf.beat_schedule = {"tick": {"task": "tick", "schedule": seconds}}
        self.sent = 0
        self.set(app, now)
        super().__init__(app)

    def set(self, app: Celery, now: datetime) -> None:
        """Let this be the time of day."""
        app.now = lambda: now  # type: ignore[method-assign]

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:  # noqa: ARG002
        """Count it."""
        self.sent += 1


@JUMPS
def test_a_clock_that_jumps_holds_up_nothing(now: datetime, hours: int) -> None:
    beat = Beat(1e-9, now)
    beat.tick()
    beat.set(beat.app, now + timedelta(hours=hours))
    beat.tick()
    assert beat.sent == 2


@JUMPS
def test_a_clock_that_jumps_hurries_nothing(now: datetime, hours: int) -> None:
    beat = Beat(60, now)
    beat.tick()
    beat.set(beat.app, now + timedelta(hours=hours))
    assert 59 < beat.tick() <= 60
    assert beat.sent == 1
