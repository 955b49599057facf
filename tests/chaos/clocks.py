"""A host whose clock can be set: processes on it are told another time than all others.

By libfaketime, which shifts what the system says is the time (CLOCK_REALTIME) and leaves alone how
it measures durations (CLOCK_MONOTONIC): that is what a clock does that is set forth or back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

_LIBRARIES = [
    Path(f"/usr/lib/{place}/libfaketime.so.1")
    for place in ("x86_64-linux-gnu/faketime", "aarch64-linux-gnu/faketime", "faketime")
]
# Without it, libfaketime 0.9.10 gets clock_nanosleep wrong once the clock has jumped.
_SLEEP = """
import select, time

def sleep(seconds):
    select.select([], [], [], seconds)

time.sleep = sleep
"""


@dataclass(frozen=True)
class Clock:
    """The clock of a host, whose offset is in a file."""

    file: Path
    library: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process has to be told in order to live by it."""
        return {
            "LD_PRELOAD": str(self.library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            # The file is asked at every look at the clock: a cache would be timed by that clock.
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(self.file.parent),
        }

    def set(self, offset: timedelta) -> None:
        """Let it be so much ahead of the true time, or behind it."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{offset.total_seconds():+.0f}")
        new.rename(self.file)


def a_clock(home: Path) -> Clock:
    """Return a clock that is right; skips the test where there is no libfaketime."""
    library = next((path for path in _LIBRARIES if path.exists()), None)
    if library is None:
        pytest.skip("libfaketime is missing, which sets clocks; 'apt-get install faketime' has it")
    clock = Clock(home / "clock", library)
    clock.set(timedelta(0))
    (home / "sitecustomize.py").write_text(_SLEEP)
    return clock
