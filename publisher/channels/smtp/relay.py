"""All connections to one relay, opened when there is mail and kept for the next."""

import asyncio
import ssl
from collections.abc import Callable, Iterator

from publisher.channels import Temporary
from publisher.channels.smtp.envelopes import Envelope
from publisher.channels.smtp.line import Line
from publisher.channels.smtp.opening import named_errors, open_line
from publisher.channels.smtp.outbox import Journal, Load, Outbox
from publisher.channels.smtp.outcomes import Outcome
from publisher.channels.smtp.patience import Patience
from publisher.channels.smtp.succession import Heir
from publisher.channels.smtp.token import Tokens
from publisher.channels.smtp.transfer import MESSAGES_A_LINE, Transfer
from publisher.channels.smtp.url import RelayUrl

# Postfix hangs up on the idle after 300 seconds, and gateways forget them sooner.
_IDLE_SECONDS = 60
# After so many connections in a row that ended before anything was decided, it is not the line.
_FRUITLESS = 3


class Relay:
    """A mail server that takes mail for everybody; belongs to one event loop.

    `tls` is for a certificate authority of one's own; without it the system's are trusted. `heir`
    hears what is answered after this process was killed, on connections without encryption.
    """

    def __init__(
        self,
        url: RelayUrl,
        *,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
        heir: Heir | None = None,
    ) -> None:
        self._url = url
        self._patience = patience or Patience()
        self._given_tls = tls
        self._heir = heir
        self._tokens = Tokens(url)
        self._idle: list[Line] = []
        self._outbox = Outbox()
        # One task a connection that is sending.
        self._crew: set[asyncio.Task[None]] = set()

    async def send(
        self,
        envelopes: Iterator[Envelope],
        *,
        on_outcome: Callable[[Outcome], None],
        on_doubt: Callable[[int], None],
        may_send: Callable[[], bool],
    ) -> None:
        """Send until `envelopes` is at its end or `may_send` returns False.

        Several may send at the same time: whoever came first has the connections, and as soon as
        one of those finds nothing more to take, it serves the next.

        Every connection takes the next envelope when it is about to leave, after asking
        `may_send`. `on_outcome` is called within the callback that the server's answer arrived
        in, before anything else is written there; `on_doubt` with the key of a message that had
        left when its connection broke. Whatever is in neither has certainly not been sent.

        Raises Temporary where there is no connection to send the rest by, Permanent where there
        never will be, and what `envelopes` or a callback raised; what was under way is finished
        first.
        """
        load = Load(envelopes, Journal(on_outcome, on_doubt), may_send)
        self._outbox.add(load)
        self._call_crew()
        load.close_if_done()
        try:
            await load.done
        except asyncio.CancelledError:
            await self._dismiss_crew()
            raise
        finally:
            self._outbox.remove(load)

    async def probe(self) -> dict[str, str]:
        """Connect, log in, and return what the server offers: keywords of EHLO with parameters.

        Raises Temporary or Permanent.
        """
        line = await open_line(self._url, self._patience, self._tls, self._tokens)
        with named_errors(self._url):
            await line.ask(b"NOOP\r\n", "NOOP", self._patience.command)
        await line.quit()
        return line.extensions

    async def close(self) -> None:
        """Part from the server when all is sent; the next `send` connects anew."""
        await asyncio.gather(*self._crew, return_exceptions=True)
        idle, self._idle = self._idle, []
        await asyncio.gather(*(line.quit() for line in idle))

    def _call_crew(self) -> None:
        """Have as many connections at work as there is work for."""
        wanted = self._outbox.ready(self._url.connections - len(self._crew))
        for _ in range(wanted):
            task = asyncio.create_task(self._work())
            self._crew.add(task)
            task.add_done_callback(self._part_with)

    def _part_with(self, task: "asyncio.Task[None]") -> None:
        self._crew.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and (not self._crew or not isinstance(error, Temporary)):
            # Fewer connections than wanted are no error, as long as there are others; but what
            # will never be taken stops them too, when they have finished what they have begun.
            self._outbox.fail(error)
        elif not self._crew:
            # A load that came while the last one was leaving.
            self._call_crew()

    async def _dismiss_crew(self) -> None:
        """Break off every connection that is sending; whoever else sends gets new ones."""
        crew = [*self._crew]
        for task in crew:
            task.cancel()
        await asyncio.gather(*crew, return_exceptions=True)

    async def _work(self) -> None:
        """Be one connection, or one after the other."""
        fruitless = 0
        while self._outbox.ready(1):
            line = self._kept() or await self._opened()
            transfer = Transfer(line, self._outbox)
            await transfer.run()
            await self._keep(line)
            fruitless = 0 if transfer.decided or not line.lost else fruitless + 1
            if fruitless == _FRUITLESS:
                raise Temporary(f"{self._url.authority} takes no mail: {line.lost}.")

    async def _opened(self) -> Line:
        line = await open_line(self._url, self._patience, self._tls, self._tokens)
        if self._heir and self._url.security == "none":
            line.bequeath(self._heir)
        return line

    def _tls(self) -> ssl.SSLContext:
        """Return whom to trust; reading that takes 20 ms, and many a relay is never spoken to."""
        self._given_tls = self._given_tls or ssl.create_default_context()
        return self._given_tls

    def _kept(self) -> Line | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            line = self._idle.pop()
            if now - line.idle_since > _IDLE_SECONDS:
                line.break_off("it was idle for too long")
            if not line.lost:
                return line
        return None

    async def _keep(self, line: Line) -> None:
        if line.carried >= MESSAGES_A_LINE:
            await line.quit()
        elif not line.lost:
            self._idle.append(line)
