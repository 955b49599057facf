"""One connection to a mail server: commands out, answers in, in the order they were asked for."""

import asyncio
import ssl
from collections.abc import Iterable
from typing import Protocol, cast

from publisher.channels.smtp.estate import loose_page
from publisher.channels.smtp.patience import Patience
from publisher.channels.smtp.replies import Garbled, Replies, Reply
from publisher.channels.smtp.succession import Heir


class Broken(Exception):
    """The connection is of no further use; the message says why, as the end of a sentence."""


class Listener(Protocol):
    """Who is told what happens on a connection, within the callback that the octets came in."""

    def hear(self, reply: Reply) -> None:
        """Take the next answer."""

    def lose(self, reason: str) -> None:
        """Take leave: nothing more will be heard. Called once."""


class Line(asyncio.BufferedProtocol):
    """A connection that somebody either asks and awaits, or listens to with deadlines.

    `lost` says why it is of no further use, "" while it is; `extensions` what EHLO offered; `page`
    is where its answers are read to, and has to be told what is in flight.
    """

    def __init__(self, authority: str, patience: Patience) -> None:
        self.authority = authority
        self.patience = patience
        self.extensions: dict[str, str] = {}
        self.lost = ""
        self.carried = 0
        self.idle_since = 0.0
        self.page = loose_page()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._heir: Heir | None = None
        self._descriptor = -1
        self._replies = Replies()
        self._listener: Listener | None = None
        # The greeting is the answer to a question that nobody has to ask.
        self._answer: asyncio.Future[Reply | None] | None = self._loop.create_future()
        self._deadline = 0.0
        self._watch: asyncio.TimerHandle | None = None

    @property
    def own_address(self) -> str:
        """Return the IP address of this end."""
        return str(self._transport.get_extra_info("sockname")[0]) if self._transport else ""

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # Neither asyncio's nor uvloop's stream transports share a class that could be asked for.
        self._transport = cast(asyncio.Transport, transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the page has its size
        """Have what comes read to where an heir finds it."""
        return self.page.room()

    def buffer_updated(self, nbytes: int) -> None:
        """Hand on every answer that is complete."""
        try:
            for reply in self._replies.feed(self.page.received(nbytes)):
                if self.lost:
                    return
                self._hear(reply)
        except Garbled as error:
            self.break_off(f"it sent {error}")

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.break_off(f"the connection broke ({exc})" if exc else "it hung up")

    # Asking and awaiting: opening and closing.

    async def greeting(self) -> Reply:
        """Return what the server says first; raises Broken."""
        return await self._answered("at all", self.patience.greeting)

    async def ask(self, command: bytes, name: str, seconds: float) -> Reply:
        """Return the answer to `command`, which errors call `name`; raises Broken."""
        self._answer = self._loop.create_future()
        self._write(command)
        return await self._answered(name, seconds)

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Encrypt; raises Broken, OSError or ssl.SSLError."""
        # Whatever came in the clear behind the answer was put there by somebody else (RFC 3207
        # section 5, CVE-2011-0411 in a client).
        if self._replies.unfinished or self.lost or not self._transport:
            raise Broken(self.lost or "it spoke before encryption began")
        transport = await self._loop.start_tls(
            self._transport,
            self,
            context,
            server_hostname=host,
            ssl_handshake_timeout=self.patience.connect,
        )
        if not transport:
            raise Broken(self.lost or "the connection broke")
        self._transport = transport

    def bequeath(self, heir: Heir) -> None:
        """Let `heir` hear what comes after this process; for lines in the clear, between mails."""
        if self._transport and not self.lost:
            self._heir = heir
            self._descriptor = self._transport.get_extra_info("socket").fileno()
            self.page = heir.inherit(self._descriptor) or self.page

    async def quit(self) -> None:
        """Part as RFC 5321 wants it, without waiting for long."""
        if not self.lost:
            try:
                await self.ask(b"QUIT\r\n", "QUIT", self.patience.quit)
            except Broken:
                return
            self._end("closed")
            if self._transport:
                self._transport.close()

    # Listening: while messages are sent.

    def listen(self, listener: Listener) -> None:
        """Tell `listener` everything from now on; it sets deadlines with `wait`."""
        self._listener = listener
        self._watch = self._loop.call_later(self.patience.tick, self._look_at_the_clock)

    def rest(self) -> None:
        """Tell nobody: the connection is kept for later."""
        self._listener = None
        self.idle_since = self._loop.time()
        if self._watch:
            self._watch.cancel()

    def write(self, octets: bytes, seconds: float) -> None:
        """Send, and expect the next answer within `seconds`."""
        self._write(octets)
        self.wait(seconds)

    def write_all(self, parts: Iterable[bytes], seconds: float) -> None:
        """Send several parts at once without copying them together, and expect the next answer."""
        if self._transport and not self.lost:
            self._transport.writelines(parts)
        self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Expect the next answer within `seconds`."""
        self._deadline = self._loop.time() + seconds

    def break_off(self, reason: str) -> None:
        """Cut the connection; whoever waits or listens is told `reason`."""
        if self._transport:
            self._transport.abort()
        self._end(reason)

    def _end(self, reason: str) -> None:
        if self.lost:
            return
        self.lost = reason
        if self._watch:
            self._watch.cancel()
        if self._heir:
            self._heir.forget(self._descriptor)
            # Another line may have it now; this one is still read from until it is closed.
            self.page = loose_page()
        if self._answer and not self._answer.done():
            self._answer.set_result(None)
        if self._listener:
            listener, self._listener = self._listener, None
            listener.lose(reason)

    def _hear(self, reply: Reply) -> None:
        if self._listener:
            self._listener.hear(reply)
        elif self._answer and not self._answer.done():
            self._answer.set_result(reply)
        else:
            # Mostly 421: the server has waited long enough.
            self.break_off(f"it said {str(reply)!r} without being asked")

    def _write(self, octets: bytes) -> None:
        if self._transport and not self.lost:
            self._transport.write(octets)

    async def _answered(self, name: str, seconds: float) -> Reply:
        assert self._answer is not None  # noqa: S101 - set by both callers
        try:
            async with asyncio.timeout(seconds):
                reply = None if self.lost else await self._answer
        except TimeoutError:
            self.break_off(f"it did not answer {name} within {seconds:g} seconds")
            reply = None
        if reply is None:
            raise Broken(self.lost)
        return reply

    def _look_at_the_clock(self) -> None:
        # A timer for every message would cost more than the rest of the conversation.
        if self._loop.time() > self._deadline:
            self.break_off("it did not answer in time")
        else:
            self._watch = self._loop.call_later(self.patience.tick, self._look_at_the_clock)
