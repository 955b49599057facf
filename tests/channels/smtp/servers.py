"""A mail server that says what a test scripts, and hangs up or falls silent on request."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from publisher.channels.smtp import Envelope, Outcome, Relay, RelayUrl
from publisher.channels.smtp.patience import Patience

HANG_UP = "hang up"
SILENCE = "silence"

# Says what to answer to a command ("." for a message's end); None leaves it to the server.
Script = Callable[[str], str | None]

# Reading whom the system trusts takes 20 ms.
_THE_SYSTEMS = ssl.create_default_context()
# Long enough for a busy machine, short enough that a test of silence is quick.
SHORT = Patience(connect=5, greeting=0.4, command=0.4, data=0.4, dot=0.4, quit=0.4)


def obliging(command: str) -> None:
    """Script nothing."""


@dataclass
class Server:
    """What it says, and what it was told: every mail it took, the commands of every connection."""

    script: Script = obliging
    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 1000000")
    greeting: str = "220 mx.example"
    port: int = 0
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: list[list[str]] = field(default_factory=list)
    open_now: int = 0

    @property
    def recipients(self) -> list[str]:
        """Return to whom it took mail, in order."""
        return [recipient for _, recipient, _ in self.mails]

    def url(self, connections: int = 1, **login: str) -> RelayUrl:
        """Return how to connect to it."""
        return RelayUrl("127.0.0.1", self.port, connections=connections, **login)  # type: ignore[arg-type] # user, password: text

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Server"]:
        """Listen, for the time of a test."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        # Not `async with`: from Python 3.12 on that would wait until the last client has left.
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        commands: list[str] = []
        self.connections.append(commands)
        self.open_now += 1
        try:
            await _Talk(self, commands, reader, writer).run()
        except ConnectionError:
            pass
        finally:
            self.open_now -= 1
            writer.close()

    def answer(self, command: str) -> str:
        """Return the scripted answer, or a usual one."""
        if scripted := self.script(command):
            return scripted
        verb = command.split(" ")[0]
        if verb == "EHLO":
            return "\r\n".join(
                [*(f"250-{line}" for line in ("mx.example", *self.extensions)), "250 HELP"]
            )
        return {"DATA": "354 Go ahead", "QUIT": "221 Bye"}.get(verb, f"250 2.0.0 {verb} is fine")


@dataclass
class _Talk:
    server: Server
    commands: list[str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sender: str = ""
    recipient: str = ""
    silent: bool = False

    async def run(self) -> None:
        self.say(self.server.greeting)
        while line := await self.reader.readline():
            command = line.decode().removesuffix("\r\n")
            self.commands.append(command)
            answer = self.server.answer(command)
            if not self.say(answer):
                return
            self.note(command)
            if answer.startswith("354") and not await self.message():
                return

    def say(self, answer: str) -> bool:
        if answer == HANG_UP:
            self.writer.transport.abort()
            return False
        self.silent = self.silent or answer == SILENCE
        if not self.silent:
            self.writer.write(f"{answer}\r\n".encode())
        return not answer.startswith(("221", "421"))

    def note(self, command: str) -> None:
        match command.partition(":"):
            case "MAIL FROM", _, path:
                self.sender = path
            case "RCPT TO", _, path:
                self.recipient = path.strip("<>")

    async def message(self) -> bool:
        lines: list[bytes] = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        self.commands.append(".")
        answer = self.server.answer(".")
        if answer.startswith("2"):
            self.server.mails.append((self.sender, self.recipient, b"".join(lines)))
        return self.say(answer)


@dataclass
class Ledger:
    """What the caller of a relay writes down, and whether it still wants mail sent."""

    outcomes: list[Outcome] = field(default_factory=list)
    doubts: list[int] = field(default_factory=list)
    built: int = 0
    stop_after: int = 10**9
    asked: int = 0

    async def send(self, relay: Relay, envelopes: Iterator[Envelope] | list[Envelope]) -> None:
        """Send, and write down what comes of it."""
        await relay.send(
            self._counted(envelopes),
            on_outcome=self.outcomes.append,
            on_doubt=self.doubts.append,
            may_send=self._may_send,
        )

    @property
    def verdicts(self) -> dict[int, tuple[str, int]]:
        """Return verdict and code by key; no key may have two."""
        assert len({outcome.key for outcome in self.outcomes}) == len(self.outcomes)
        return {outcome.key: (outcome.verdict, outcome.code) for outcome in self.outcomes}

    def _counted(self, envelopes: Iterator[Envelope] | list[Envelope]) -> Iterator[Envelope]:
        for envelope in envelopes:
            self.built += 1
            yield envelope

    def _may_send(self) -> bool:
        self.asked += 1
        return self.asked <= self.stop_after


def envelope(key: int, recipient: str = "", message: bytes = b"") -> Envelope:
    """Return a small message to somebody of their own."""
    return Envelope(
        key,
        "bounces@courier.example",
        recipient or f"reader{key}@example.org",
        message or b"Subject: number %d\r\n\r\nGood morning.\r\n" % key,
    )


def envelopes(count: int) -> list[Envelope]:
    """Return `count` messages, keyed from 1."""
    return [envelope(key) for key in range(1, count + 1)]


async def sent(
    server: Server,
    mails: list[Envelope],
    connections: int = 1,
    patience: Patience | None = None,
) -> Ledger:
    """Return what came of sending `mails` by a relay that is closed afterwards."""
    ledger = Ledger()
    async with server.serving():
        relay = Relay(server.url(connections), patience=patience, tls=_THE_SYSTEMS)
        try:
            await ledger.send(relay, mails)
        finally:
            await relay.close()
    return ledger
