"""Who runs the engines of a home, and who is using them meanwhile: two files under flock."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from publisher.embedded.places import Places
from publisher.errors import Refused


class Held(Refused):
    """Another process runs the engines of this home."""


@contextmanager
def claimed(places: Places) -> Iterator[None]:
    """Hold the home for this process alone; raises Held where another has it.

    The kernel lets go of it with the process, however that ends; the engines do not inherit it.
    """
    with _opened(places.lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = file.read().strip() or "unknown"
            raise Held(
                f"Publisher already runs on {places.home} (process {holder});"
                " stop it or set PUBLISHER_HOME to another directory."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextmanager
def visiting(places: Places) -> Iterator[bool]:
    """Be a guest of another command's engines; False where it is just ending them."""
    with _opened(places.guests) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def after_the_last_guest(places: Places) -> Iterator[None]:
    """Wait until nobody is a guest, and admit none meanwhile."""
    with _opened(places.guests) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _opened(path: Path) -> IO[str]:
    # Never removed: two processes could each hold a file of this name.
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    except PermissionError as error:
        raise Refused(f"{path} belongs to another user; run Publisher as that user.") from error
