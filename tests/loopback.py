"""A web server on this machine that answers as a test tells it to and remembers each question."""

import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from publisher.fetching import Guard
from publisher.fetching.guarding import Address


def is_loopback(address: Address) -> bool:
    """Return whether an address is this machine; for guards in tests."""
    return address.is_loopback


# Fetches from this machine, to which every name belongs: no test needs a resolver.
AT_HOME = Guard(allow=is_loopback, resolve=lambda _: [ip_address("127.0.0.1")], seconds=5)


@dataclass(slots=True)
class Answer:
    """One answer; `stream` stands in for a body that is sent piece by piece."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None


@dataclass(slots=True)
class Site:
    """What is to be found on the server, by path, and with which headers it was asked for."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def named(self, host: str) -> str:
        """Return the server's URL under another name."""
        return self.url.replace("127.0.0.1", host)


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a server for the time of a test."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.site = site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        site = self.server.site
        site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        answer = site.answers.get(self.path, Answer(status=404))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.stream is None:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        # Whoever has heard enough hangs up.
        with suppress(ConnectionError):
            for piece in [answer.body] if answer.stream is None else answer.stream:
                self.wfile.write(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing: a test's output is for what went wrong."""
