"""The SMTP server that mail arrives by, on a thread of its own."""

import asyncio
import logging
from concurrent.futures import Future
from threading import Thread

from aiosmtpd.smtp import SMTP, Envelope, Session

from publisher.sandbox.mailbox.pages import Mailbox

_SIZE_OCTETS = 30_000_000
log = logging.getLogger(__name__)


class MailboxServer:
    """Takes mail for everybody into a mailbox, between `start` and `stop`."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._intake = _Intake(mailbox)
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen and return the port; 0 takes a free one. Raises OSError where it is taken."""
        listening: Future[int] = Future()
        self._thread = Thread(
            target=lambda: asyncio.run(self._serve(host, port, listening)),
            name="mailbox",
            daemon=True,
        )
        self._thread.start()
        return listening.result()

    def stop(self) -> None:
        """Stop listening and hang up."""
        if self._loop and self._stopping and self._thread:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._thread = None

    async def _serve(self, host: str, port: int, listening: "Future[int]") -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await self._loop.create_server(self._smtp, host, port)
        except OSError as error:
            listening.set_exception(error)
            return
        listening.set_result(server.sockets[0].getsockname()[1])
        await self._stopping.wait()
        # Not `async with`: from Python 3.12 on that would wait until the last client has left.
        server.close()

    def _smtp(self) -> SMTP:
        return SMTP(
            self._intake,
            data_size_limit=_SIZE_OCTETS,
            enable_SMTPUTF8=True,
            hostname="mailbox.localhost",
            ident="Publisher's built-in mailbox",
        )


class _Intake:
    """What aiosmtpd asks about each mail; the methods have its names."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        # It reads a line at a time, so that it may be told several at once.
        return [answers[0], "250-PIPELINING", *answers[1:]]

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content
        number = self._mailbox.keep(
            raw if isinstance(raw, bytes) else b"",
            mail_from=envelope.mail_from or "",
            rcpt_tos=envelope.rcpt_tos,
        )
        return f"250 2.0.0 Kept as {number}"

    async def handle_exception(self, error: Exception) -> str:
        # A full disk, say: the sender is to come again.
        log.error("the built-in mailbox could not keep a mail", exc_info=error)
        return "451 4.3.0 The mailbox could not keep it"
