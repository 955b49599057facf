"""A mail server for returned mail alone, by LMTP (RFC 2033) or SMTP (RFC 5321).

It takes mail for addresses that its door wants, answers nothing by itself, and passes nothing on.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from publisher.errors import Refused

log = logging.getLogger(__name__)

# What a mailbox's mail is cut at too; see channels/mailboxes.
MOST_OCTETS = 10_000_000
# Each may hold a whole mail in memory.
_MOST_CONNECTIONS = 20
# RFC 5321 section 4.5.3.1.6 says 1,000; what comes back is often not so well made.
_LINE_OCTETS = 65_536


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens, and in which of the two languages."""

    protocol: Literal["lmtp", "smtp"]
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Door:
    """What decides about mail.

    `is_wanted` tells whether there is such an address, at once. `take` is called in a thread that
    is always the same; when it returns the mail is safe, and when it raises, it is to come again.
    `leave` is called there at the end.
    """

    is_wanted: Callable[[str], bool]
    take: Callable[[bytes, str], None]
    leave: Callable[[], None]


def parse(url: str) -> Place:
    """Return where `url` says to listen: lmtp://127.0.0.1:8024. Raises Refused."""
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port
    except ValueError:
        host = port = None
    if not host or not port or split.scheme not in ("lmtp", "smtp") or split.path.strip("/"):
        raise Refused(f"{url!r} is no place to listen at; write lmtp://127.0.0.1:8024 or smtp://….")
    return Place("lmtp" if split.scheme == "lmtp" else "smtp", host, port)


async def serve(
    place: Place, door: Door, stopping: asyncio.Event, listening: Callable[[int], None]
) -> None:
    """Listen until `stopping` is set; `listening` is told the port. Raises OSError if it is taken.

    A mail whose sender has no answer by the end is sent again.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="returned") as thread:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(_Sessions(place, door, thread), place.host, place.port)
        listening(server.sockets[0].getsockname()[1])
        try:
            await stopping.wait()
        finally:
            # Not `async with`: from Python 3.12 on that would wait until the last client has left.
            server.close()
            await loop.run_in_executor(thread, door.leave)


class _Sessions:
    """Makes what talks to one client, or turns it away."""

    def __init__(self, place: Place, door: Door, thread: ThreadPoolExecutor) -> None:
        self._kind = _Lmtp if place.protocol == "lmtp" else _Smtp
        self._handler = _Handler(door, thread)
        self._open: set[object] = set()

    def __call__(self) -> asyncio.BaseProtocol:
        if len(self._open) >= _MOST_CONNECTIONS:
            return _Full()
        session = self._kind(
            self._handler,
            data_size_limit=MOST_OCTETS,
            enable_SMTPUTF8=True,
            hostname="publisher.localhost",
            ident="Publisher takes returned mail",
        )
        session.open_now = self._open
        return session


class _Counted(SMTP):
    """A session that is counted while it is open."""

    line_length_limit = _LINE_OCTETS
    open_now: set[object]

    def connection_made(self, transport: Any) -> None:
        self.open_now.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.open_now.discard(self)
        super().connection_lost(error)


class _Smtp(_Counted):
    pass


class _Lmtp(_Counted, LMTP):
    pass


class _Full(asyncio.Protocol):
    """Turns a client away (RFC 5321 section 3.8)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 Too many connections; come again\r\n")
        transport.close()


class _Handler:
    """What aiosmtpd asks about each mail; the methods have its names."""

    def __init__(self, door: Door, thread: ThreadPoolExecutor) -> None:
        self._door = door
        self._thread = thread

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if not self._door.is_wanted(address):
            return "550 5.1.1 There is no such address here"
        # Every mail comes back to an address of its own. With one recipient, the one answer to DATA
        # is also the one for each recipient that LMTP wants.
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient a mail"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Welcome"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(
                self._thread,
                self._door.take,
                raw if isinstance(raw, bytes) else b"",
                envelope.rcpt_tos[0],
            )
        except Exception:  # whatever it is, say a database that is down: the mail is to come again
            log.exception("a returned mail could not be kept")
            return "451 4.3.0 It could not be kept; come again"
        return "250 2.6.0 Kept"
