"""Waiting for what another process does: until it is so, and not a fixed time."""

import threading
import time
from collections.abc import Callable

_SECONDS = 10.0


def until(condition: Callable[[], object], seconds: float = _SECONDS) -> None:
    """Return as soon as `condition` holds; fail where it does not hold in time."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it has not come to be so in time"
        pause.wait(0.01)
