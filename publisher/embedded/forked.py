"""A process that the nursery bears, as its keeper sees it."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from publisher.embedded.leftovers import Trace

_BORN, _ENDED = b"born ", b"ended "
# A fork takes some hundredths of a second; a machine without memory may take its time.
_BORN_SECONDS = 10.0
_LOOK_EVERY_SECONDS = 0.5
# What a shell calls a status out of range: nobody was there to take it.
STATUS_UNKNOWN = 255


def answers(nursery: Path) -> bool:
    """Return whether a nursery listens by now."""
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(str(nursery)) == 0


class Forked:
    """One of the nursery's children, with the part of asyncio's `Process` that a keeper needs."""

    def __init__(
        self, pid: int, heard: asyncio.StreamReader, connection: asyncio.StreamWriter
    ) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._trace = Trace.of(pid, signal.SIGTERM)
        self._heard, self._connection = heard, connection

    @classmethod
    async def born(cls, nursery: Path, words: Sequence[str], speaking: int) -> Self:
        """Have a process run these words and speak to a file; raises OSError where none can be."""
        loop = asyncio.get_running_loop()
        caller = socket.socket(socket.AF_UNIX)
        caller.settimeout(0)
        try:
            await loop.sock_connect(caller, str(nursery))
            socket.send_fds(caller, [json.dumps(words).encode()], [speaking])
            heard, connection = await asyncio.open_unix_connection(sock=caller)
        except OSError:
            caller.close()
            raise
        try:
            answer = await asyncio.wait_for(heard.readline(), _BORN_SECONDS)
        except TimeoutError as error:
            connection.close()
            raise TimeoutError(0, "the nursery does not answer") from error
        except BaseException:
            connection.close()
            raise
        if not answer.startswith(_BORN):
            connection.close()
            raise ConnectionResetError(0, "the nursery has just ended")
        return cls(int(answer.removeprefix(_BORN)), heard, connection)

    def begin(self) -> None:
        """Let it run: its keeper has written down that there is one."""
        self._connection.write(b"go\n")

    async def wait(self) -> int:
        """Return its exit status once it has ended; negative: the signal that ended it."""
        answer = await self._heard.readline()
        self._connection.close()
        self.returncode = int(answer.removeprefix(_ENDED)) if answer else await self._outlived()
        return self.returncode

    async def _outlived(self) -> int:
        """Wait for a process whose nursery was killed: it goes on, and somebody else buries it."""
        while self._trace.alive:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        return STATUS_UNKNOWN

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self._trace.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
