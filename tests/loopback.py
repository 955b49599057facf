"""A web server on this machine that answers as a test tells it to and remembers each question."""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
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


@dataclass(frozen=True, slots=True)
class Question:
    """What was posted."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Site:
    """What is to be found on the server, by path, and with which headers it was asked for.

    `respond` answers what is posted, where it is not the same answer every time.
    """

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    posted: list[Question] = field(default_factory=list)
    respond: Callable[[Question], Answer] | None = None
    connections: int = 0

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
    thread = threading.Thread(target=server.serve_forever, args=(0.002,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Whom five that knock at once leave no room for tries again only after a second.
    request_queue_size = 128
    site: Site


class _Handler(BaseHTTPRequestHandler):
    # Connections are kept, as by every server worth the name.
    protocol_version = "HTTP/1.1"
    # A body does not wait 40 ms until its head's receipt is here.
    disable_nagle_algorithm = True

    @property
    def site(self) -> Site:
        assert isinstance(self.server, _Server)
        return self.server.site

    def setup(self) -> None:
        super().setup()
        self.site.connections += 1

    def do_GET(self) -> None:
        self.site.asked.append((self.path, self._headers()))
        self._answer(self.site.answers.get(self.path, Answer(status=404)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        question = Question(self.path, self._headers(), body)
        self.site.posted.append(question)
        if self.site.respond:
            self._answer(self.site.respond(question))
        else:
            self._answer(self.site.answers.get(self.path, Answer(status=404)))

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _answer(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.stream is None:
            self.send_header("Content-Length", str(len(answer.body)))
        else:
            self.close_connection = True
        self.end_headers()
        # Whoever has heard enough hangs up.
        with suppress(ConnectionError):
            for piece in [answer.body] if answer.stream is None else answer.stream:
                self.wfile.write(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing: a test's output is for what went wrong."""
