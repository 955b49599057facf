"""A mail server in a process of its own: it writes down what it took before it says that it has it.

    python -m tests.chaos.sink PORT LOG MANNERS

A line of the log is a message that the server answered for: when, by the machine's clock; on which
connection; for whom; its Message-ID; and what was answered, nothing where the line was cut instead.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, cast

import uvloop

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"
_TAKEN = "250 2.0.0 taken"


@dataclass(frozen=True)
class Manners:
    """How the server behaves; without anything, well and at once.

    Addresses are told apart by a part of them: "7@" is every tenth reader.
    """

    pause_seconds: float = 0
    pipelining: bool = True
    # Who is told 550, and who is told 451 the first time.
    refused: str = ""
    greylisted: str = ""
    # After how many messages on a line it says 421; every which message is taken and, in place of
    # an answer, the line cut.
    mails_a_line: int = 0
    swallowed: int = 0
    # Whether an answer comes an octet at a time.
    drips: bool = False


class Entry(NamedTuple):
    """A line of the log."""

    at: float
    line: int
    recipient: str
    message_id: str
    answer: str

    @property
    def taken(self) -> bool:
        """Whether the reader has it, whatever the sender was told."""
        return self.answer in ("", _TAKEN)


class Log:
    """A log as far as it was written, read on at every look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.forget()

    def forget(self) -> None:
        """Begin a new one, while no server writes it."""
        self.path.write_bytes(b"")
        self._entries: list[Entry] = []
        self._read = 0

    def entries(self) -> list[Entry]:
        """Return what the server answered for so far."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            # Its writer may be in the middle of a line.
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read += len(whole + newline)
        self._entries += [Entry(*json.loads(line)) for line in whole.splitlines()]
        return self._entries


class Sink:
    """What all lines of a server share."""

    def __init__(self, log: Path, manners: Manners) -> None:
        self.manners = manners
        self.lines = 0
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._mails = 0
        self._seen: set[str] = set()

    def judge(self, recipient: str) -> str:
        """Return what RCPT is answered."""
        manners = self.manners
        if manners.refused and manners.refused in recipient:
            return "550 5.1.1 nobody of this name"
        if manners.greylisted and manners.greylisted in recipient and recipient not in self._seen:
            self._seen.add(recipient)
            # What milter-greylist says. Without the word it would be a request to slow down.
            return "451 4.7.1 Greylisting in action, please come back later"
        return "250 2.1.5 fine"

    def take(self, line: int, recipient: str, message: bytes) -> str:
        """Write a message down, and return what it is answered, "" where the line is cut."""
        self._mails += 1
        swallows = self.manners.swallowed and self._mails % self.manners.swallowed == 0
        found = _MESSAGE_ID.search(message)
        message_id = found[1].decode() if found else ""
        answer = "" if swallows else _TAKEN
        entry = Entry(time.time(), line, recipient, message_id, answer)
        os.write(self._log, json.dumps(entry).encode() + b"\n")
        return answer


class Line(asyncio.Protocol):
    """One connection, which answers one thing after the other."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        sink.lines += 1
        self._number = sink.lines
        self._heard = b""
        self._in_message = False
        self._recipient = ""
        self._mails = 0
        self._pausing = False
        self._unsaid = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        # Neither asyncio's nor uvloop's stream transports share a class that could be asked for.
        self._transport = cast(asyncio.Transport, transport)
        self._say("220 sink")

    def data_received(self, octets: bytes) -> None:
        """Take what came, unless an answer is still owed."""
        self._heard += octets
        while not self._pausing and self._step():
            pass

    def _step(self) -> bool:
        """Take the next command or message; return whether there was a whole one."""
        end = _END if self._in_message else b"\r\n"
        taken, found, rest = self._heard.partition(end)
        if not found:
            return False
        self._heard = rest
        if self._in_message:
            self._in_message = False
            self._pausing = True
            self._after_the_pause(partial(self._take, taken))
        elif rest and not self._sink.manners.pipelining:
            self._say("503 5.5.0 one thing after the other")
        else:
            self._obey(taken)
        return True

    def _obey(self, command: bytes) -> None:
        verb = command[:4].upper()
        if verb == b"EHLO":
            self._say("250-sink\r\n250 PIPELINING" if self._sink.manners.pipelining else "250 sink")
        elif verb == b"MAIL" and 0 < self._sink.manners.mails_a_line <= self._mails:
            self._say("421 4.7.0 enough for one line")
            self._transport.close()
        elif verb == b"RCPT":
            address = command[command.index(b"<") + 1 : command.index(b">")].decode()
            judgement = self._sink.judge(address)
            self._recipient = address if judgement.startswith("2") else ""
            self._say(judgement)
        elif verb == b"DATA":
            self._in_message = bool(self._recipient)
            self._say("354 go ahead" if self._recipient else "503 5.5.1 nobody to give it to")
        elif verb == b"QUIT":
            self._say("221 bye")
            self._transport.close()
        else:
            self._say("250 2.0.0 fine")

    def _after_the_pause(self, call: Callable[[], None]) -> None:
        # The client may be gone by then: a real server has taken the message all the same.
        asyncio.get_running_loop().call_later(self._sink.manners.pause_seconds, call)

    def _take(self, message: bytes) -> None:
        answer = self._sink.take(self._number, self._recipient, message)
        self._recipient = ""
        self._mails += 1
        self._pausing = False
        if answer:
            self._say(answer)
            self.data_received(b"")
        else:
            self._transport.abort()

    def _say(self, words: str) -> None:
        said = f"{words}\r\n".encode()
        if not self._sink.manners.drips:
            self._transport.write(said)
            return
        self._unsaid += said
        if self._unsaid == said:
            self._drip()

    def _drip(self) -> None:
        octet, self._unsaid = self._unsaid[:1], self._unsaid[1:]
        self._transport.write(octet)
        if self._unsaid:
            # What is written in one turn of the loop leaves in one piece.
            asyncio.get_running_loop().call_soon(self._drip)


async def serve(port: int, sink: Sink) -> None:
    """Listen on the loopback until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(sink), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def command(port: int, log: Path, manners: Manners) -> list[str]:
    """Return what starts a sink."""
    told = json.dumps(asdict(manners))
    return [sys.executable, "-m", "tests.chaos.sink", str(port), str(log), told]


def main() -> None:
    """Be a sink."""
    port, log, manners = sys.argv[1:]
    uvloop.run(serve(int(port), Sink(Path(log), Manners(**json.loads(manners)))))


if __name__ == "__main__":
    main()
