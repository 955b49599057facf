"""What the fakes of all networks have in common: they are strict, they keep posts, they fail."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from threading import Event
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qs

import pytest

from publisher import wiring
from publisher.channels import ChannelError
from publisher.channels.posts import Figures, Message, Network
from publisher.sandbox.x import serve
from tests.channels.messages import said
from tests.factories import NOW

# What a fake asks to wait for, where it has heard enough.
WAIT = timedelta(minutes=1)
# Time-outs of a channel under test, to connect and to read.
TIMEOUTS = (0.3, 0.3)
# Longer than these time-outs; the end of a test cuts it short.
_SLOW_SECONDS = 5
_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content"}


@dataclass(frozen=True, slots=True)
class Request:
    """What a fake is asked; the names of `headers` are in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def route(self) -> str:
        """Return the method and the path."""
        return f"{self.method} {self.path}"

    @property
    def json(self) -> Any:
        """Return the body, which has to say that it is JSON."""
        assert self.headers["content-type"].startswith("application/json"), self.headers
        return json.loads(self.body)

    @property
    def form(self) -> Mapping[str, list[str]]:
        """Return the fields of a form that is in the body."""
        assert self.headers["content-type"] == "application/x-www-form-urlencoded", self.headers
        return parse_qs(self.body.decode(), keep_blank_values=True, strict_parsing=True)

    @property
    def parts(self) -> Mapping[str, bytes]:
        """Return what a multipart form has, by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        found = {}
        for part in BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[str(part.get_param("name", header="content-disposition"))] = content
        return found

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> "Request":
        """Return what WSGI says."""
        headers = {"content-type": environ["CONTENT_TYPE"]}
        for name, value in environ.items():
            if name.startswith("HTTP_"):
                headers[name[5:].replace("_", "-").lower()] = value
        return cls(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"].encode("latin-1").decode(),
            parse_qs(environ["QUERY_STRING"], keep_blank_values=True),
            headers,
            environ["wsgi.input"].read(),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a fake says."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def in_json(status: int, content: object, **headers: str) -> Answer:
    """Return an answer in JSON; `_` in a header's name stands for a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status, json.dumps(content).encode(), {"Content-Type": "application/json"} | named
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call: the line drops, or `answer` comes instead of the fake's own."""

    answer: Answer | None = None
    is_taken: bool = True
    is_slow: bool = False


@dataclass(slots=True)
class Taken:
    """A post as a network has it; "" for what it has not, or has no place for."""

    id: str
    url: str
    text: str
    key: str = ""
    reply_to: str = ""
    references: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    language: str = ""
    at: datetime = NOW


class Fake(ABC):
    """A network on this machine, with one account.

    It keeps to the network's documentation and takes nothing that is not in it. `posting`,
    `showing` and `uploading` are the routes of the one call that posts, of the one by which a post
    is found and of the one that brings a picture; `figures` are told of every post. One that
    `needs_body` has not said that a post was taken before it has said more than a status.
    """

    posting: ClassVar[re.Pattern[str]]
    showing: ClassVar[re.Pattern[str]]
    uploading: ClassVar[re.Pattern[str]]
    figures: ClassVar[Figures]
    has_keys: ClassVar[bool] = False
    needs_body: ClassVar[bool] = True

    def __init__(self) -> None:
        self.url = ""
        self.now = NOW
        self.posts: list[Taken] = []
        self.heard: list[Request] = []
        # How often it says of an upload that it is not through yet.
        self.slow_uploads = 0
        self._faults: list[tuple[re.Pattern[str], Fault]] = []
        self._closing = Event()

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """Do what is asked, or say what is wrong with it, as the network would."""

    @abstractmethod
    def refusal(self, status: int, words: str) -> Answer:
        """Say no, in the network's own shape."""

    @abstractmethod
    def busy(self) -> Answer:
        """Ask to wait for WAIT, in the network's own way."""

    def order(self, fault: Fault, *, at: re.Pattern[str] | None = None) -> None:
        """Let something go wrong with the next call at a route; None: with the one that posts."""
        self._faults.append((at or self.posting, fault))

    def count(self, route: re.Pattern[str]) -> int:
        """Return how many calls of a route were heard."""
        return sum(bool(route.fullmatch(request.route)) for request in self.heard)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer as WSGI wants it."""
        request = Request.of(environ)
        self.heard.append(request)
        fault = self._next(request.route)
        own = self.answer(request) if fault is None or fault.is_taken else None
        if fault and fault.is_slow:
            self._closing.wait(_SLOW_SECONDS)
        answer = fault.answer if fault else own
        if answer is None:
            raise ConnectionAbortedError
        reason = _REASONS.get(answer.status, "Other")
        start_response(f"{answer.status} {reason}", list(answer.headers.items()))
        return [answer.body]

    def close(self) -> None:
        """End every answer that is being slow."""
        self._closing.set()

    def _next(self, route: str) -> Fault | None:
        for place, (at, fault) in enumerate(self._faults):
            if at.fullmatch(route):
                del self._faults[place]
                return fault
        return None


F = TypeVar("F", bound=Fake)


@dataclass(frozen=True, slots=True)
class Case:
    """A network in the suite: `make` returns its channel, by its credentials and the fake's URL.

    `credentials` are those of the fake's account, called `handle`, and `secrets` names those that
    nobody may see. `usual_wait` is for a 429 that names no time; None: the caller chooses.
    """

    name: str
    fake: type[Fake]
    make: Callable[[dict[str, str], str], Network]
    credentials: Mapping[str, str]
    secrets: tuple[str, ...]
    handle: str
    has_slow_uploads: bool = False
    usual_wait: timedelta | None = None

    @property
    def kind(self) -> wiring.Kind:
        """Return what is known of the network beforehand."""
        return wiring.NETWORKS[self.name]

    def connect(self, url: str, **wrong: str) -> Network:
        """Return the account's channel, with some credentials that are not right."""
        return self.make({**self.credentials, **wrong}, url)


@contextmanager
def running(fake: F) -> Iterator[F]:
    """Serve a fake at its `url`."""
    with serve(fake) as fake.url, closing(fake):
        yield fake


def refused(fake: Fake, network: Network, answer: Answer, now: datetime) -> ChannelError:
    """Return the error that a post ends with, once it is answered so and not taken."""
    fake.order(Fault(answer, is_taken=False))
    return failure(network, said("The ferry sails."), now)


def failure(network: Network, message: Message, now: datetime) -> ChannelError:
    """Return the error that sending a message ends with."""
    with pytest.raises(ChannelError) as raised:
        network.send(message, now=now)
    return raised.value
