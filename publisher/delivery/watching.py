"""Tells the rounds of this process what they must stop at once, without asking the database."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import psycopg

from publisher import notices

log = logging.getLogger(__name__)

_LISTEN_AGAIN_SECONDS = 1.0
# Without a database nothing is sent either.
_BEGIN_SECONDS = 2.0


class Watched(Protocol):
    """Somebody who is sending; both are called from another thread."""

    def hold(self, mailing_id: int) -> None:
        """Send nothing more of this mailing."""

    def withdraw(self, subscriber_id: int) -> None:
        """Send nothing more to this subscriber."""


class Watch:
    """Hears notices in a thread of its own for as long as the process lives.

    While there is no database it hears none, and neither can anybody commit what it would hear.
    """

    def __init__(self) -> None:
        self._watched: set[Watched] = set()
        self._thread: threading.Thread | None = None
        self._listening = threading.Event()
        self._ended = threading.Event()

    def begin(self) -> None:
        """Listen, unless it does; return when nothing is missed any more, or in a moment."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._listen, name="watch", daemon=True)
            self._thread.start()
        self._listening.wait(_BEGIN_SECONDS)

    @contextmanager
    def told(self, watched: Watched) -> Iterator[None]:
        """Tell somebody, for the time of the block."""
        self._watched.add(watched)
        try:
            yield
        finally:
            self._watched.discard(watched)

    def end(self) -> None:
        """End the thread with its connection."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _listen(self) -> None:
        while not self._ended.is_set():
            with suppress(psycopg.Error):
                self._hear()
            self._listening.clear()
            self._ended.wait(_LISTEN_AGAIN_SECONDS)

    def _hear(self) -> None:
        for notice in notices.hear("held", "withdrawn"):
            self._listening.set()
            if self._ended.is_set():
                return
            if notice:
                self._tell(*notice)

    def _tell(self, kind: notices.Kind, row_id: int) -> None:
        for watched in [*self._watched]:
            if kind == "held":
                watched.hold(row_id)
            else:
                watched.withdraw(row_id)
