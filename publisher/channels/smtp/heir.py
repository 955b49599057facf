"""A worker's heir: hears the answers for which its worker did not live long enough.

A process of its own, started by `succession.Heir`. It holds what the worker's death would close:
the lines, and the journal with its lock, which keeps everybody else from reading it too early.
While the worker lives, it sleeps. Then it writes down what is still answered, as the worker would
have, and ends.
"""

import os
import selectors
import signal
import socket
import struct
import time
from contextlib import suppress

from publisher.channels.smtp import will
from publisher.channels.smtp.estate import Estate
from publisher.channels.smtp.outcomes import decided, to_line
from publisher.channels.smtp.replies import LOGIN_WANTED, Garbled, Replies, Reply
from publisher.channels.smtp.will import Clause

# The worker's hold on its batch is good for ten seconds from a fifth of a second before its death
# at the latest. Nobody sends again before that, and by then the journal has to be free to be read.
_PATIENCE_SECONDS = 8.0
_CHUNK_OCTETS = 4096
# A line that is closed is reset (RST). It mostly ends where the server waits for the body that the
# worker had announced, and some take a connection's orderly end (FIN) for the end of a message.
_RESET = struct.pack("ii", 1, 0)


class Inheritance:
    """What the worker has handed over so far."""

    def __init__(self) -> None:
        self._estate: Estate | None = None
        self._journal = -1
        self._lines: dict[int, socket.socket] = {}

    def take(self, clause: Clause, number: int, fd: int) -> None:
        """Take what the worker hands over, or let go of it again."""
        match clause:
            case Clause.ESTATE:
                self._estate = Estate(fd)
            case Clause.JOURNAL | Clause.JOURNAL_ENDED:
                self._journal, fd = fd, self._journal
                will.close(fd)
            case Clause.LINE:
                self._lines[number] = socket.socket(fileno=fd)
            case Clause.LINE_ENDED:
                self._lines.pop(number).close()

    def settle(self) -> None:
        """Write down what is answered on the dead worker's lines, for as long as it matters."""
        for line in self._lines.values():
            # Some systems refuse where the server has closed it already; then nothing is lost.
            with suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        until = time.monotonic() + _PATIENCE_SECONDS
        with selectors.DefaultSelector() as lines:
            for awaited in self._awaited():
                lines.register(awaited.line, selectors.EVENT_READ, awaited)
            while lines.get_map() and (seconds := until - time.monotonic()) > 0:
                for ready, _ in lines.select(seconds):
                    if ready.data.read():
                        lines.unregister(ready.fileobj)
                        ready.data.line.close()

    def _awaited(self) -> list["Awaited"]:
        """Return the answers that have not come, after writing down those that have."""
        if self._estate is None or self._journal < 0:
            return []
        pages = [(self._estate.page(number), line) for number, line in self._lines.items()]
        return [
            awaited
            for page, line in pages
            if page.in_flight is not None
            and not (awaited := Awaited(page.in_flight, line, self._journal)).hear(page.answer)
        ]


class Awaited:
    """The answer to the message in flight on a line; what may come behind it is nobody's."""

    def __init__(self, key: int, line: socket.socket, journal: int) -> None:
        self.line = line
        self._key = key
        self._journal = journal
        self._replies = Replies()

    def read(self) -> bool:
        """Take what has come on the line; return whether there is nothing more to wait for."""
        try:
            octets = self.line.recv(_CHUNK_OCTETS)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return not octets or self.hear(octets)

    def hear(self, octets: bytes) -> bool:
        """Write down the answer where it is complete; return whether it is, or never will be."""
        try:
            reply = next(self._replies.feed(octets), None)
        except Garbled:
            return True
        if reply and _decides(reply):
            # If the worker died while it wrote, its line has no end.
            os.write(self._journal, b"\n" + to_line(decided(self._key, reply)))
        return reply is not None


def _decides(reply: Reply) -> bool:
    """Return whether it is about this message, and not out of turn or about the sender."""
    return reply.code != LOGIN_WANTED and not 300 <= reply.code < 400


def main() -> None:
    """Be the heir of the process whose socket is stdin."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    inheritance = Inheritance()
    with socket.socket(fileno=0) as worker:
        while clause := will.hear(worker):
            inheritance.take(*clause)
    inheritance.settle()


if __name__ == "__main__":
    main()
