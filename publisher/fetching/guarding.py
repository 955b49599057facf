"""Connections to public addresses only, and only for a while.

A name is resolved and judged when the connection is made, and the connection goes to the very
address that was judged: a name that resolves differently a moment later gains nothing.
"""

import functools
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpcore
import httpx

from publisher.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# RFC 6052 section 2.1: an IPv4 address in these stands in the last 32 bits.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Return whether an address is one of the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    # Python counts multicast and some reserved blocks as global.
    return address.is_global and not (address.is_multicast or address.is_reserved)


def resolve(host: str) -> list[Address]:
    """Return every address of a name (a literal address is its own); [] if it has none."""
    try:
        found = socket.getaddrinfo(host.rstrip("."), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Where a fetch may go and how much it may take.

    `octets` counts the decoded body, `seconds` everything from the first name looked up to the
    last octet read, redirects included.
    """

    allow: Callable[[Address], bool] = is_public
    resolve: Callable[[str], list[Address]] = resolve
    octets: int = 5_000_000
    seconds: float = 10
    redirects: int = 5

    def judge(self, host: str, addresses: Iterable[Address]) -> None:
        """Raise Refused if any address of a host is one that may not be reached."""
        for address in addresses:
            if not self.allow(address):
                raise Refused(
                    f"{host} is at {address}, which is not on the public internet;"
                    " only public addresses are fetched."
                )

    def addresses(self, host: str, seconds: float) -> list[Address]:
        """Return what `resolve` finds; raises httpcore.ConnectTimeout if that takes too long."""
        # The system's resolver knows no time-out: it is asked in a thread that may be left behind.
        answers: queue.SimpleQueue[list[Address]] = queue.SimpleQueue()
        threading.Thread(target=lambda: answers.put(self.resolve(host)), daemon=True).start()
        try:
            return answers.get(timeout=seconds)
        except queue.Empty as error:
            raise httpcore.ConnectTimeout(f"nobody could say where {host} is") from error


GUARD = Guard()


class Guarded(httpx.HTTPTransport):
    """httpx's own transport over connections that were judged and that end in time."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(verify=_certificates())
        self._deadline = _Deadline(guard.seconds)
        # httpx 0.28 has no parameter for httpcore's network backend.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(), network_backend=_JudgedBackend(guard, self._deadline)
        )


@functools.cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class GuardedCalls(Guarded):
    """The same for a client of many calls: each has the guard's time, and connections are kept."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._deadline.begin()
        return super().handle_request(request)


class _Deadline:
    """One moment at which everything ends; each single wait may be shorter."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.begin()

    def begin(self) -> None:
        self._at = time.monotonic() + self._seconds

    def left(self, timeout: float | None) -> float:
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("its time is up")
        return left if timeout is None else min(left, timeout)


class _JudgedBackend(httpcore.SyncBackend):
    """Resolves a name once, refuses it if any of its addresses is inside, and connects."""

    def __init__(self, guard: Guard, deadline: _Deadline) -> None:
        self._guard = guard
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._guard.addresses(host, self._deadline.left(timeout))
        self._guard.judge(host, addresses)
        failure = httpcore.ConnectError("its name has no address")
        for address in addresses:
            left = self._deadline.left(timeout)
            try:
                stream = super().connect_tcp(
                    str(address), port, left, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection with one deadline for all that happens on it, so that no drip keeps it open."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
