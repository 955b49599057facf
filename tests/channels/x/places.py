"""What stands where X would be: the stand-in, or an X that says what it was told to say."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import requests

from publisher.channels.x import Credentials, Keys, Tokens, X
from publisher.sandbox.x import serve

KEYS = Keys("app-key", "app-secret-1", "42-access", "access-secret-2")
TOKENS = Tokens("app-id", "access-secret-3", "refresh-secret-4", "app-secret-5")
LINKED = "The bridge opens & stays open <now>: https://news.com/bridge?a=1&b=2 #Bridge"
# Long enough for a stand-in, short enough to wait for one that is slow.
PATIENCE = (1.0, 0.5)


def clock() -> datetime:
    """Return the real time: calls are signed with it."""
    return datetime.fromtimestamp(time.time(), UTC)


class Sandbox:
    """A running stand-in, and what a test wants to do with it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def order(self, kind: str, **options: Any) -> None:
        """Order a fault."""
        orders = [{"kind": kind} | options]
        requests.post(f"{self.url}/_faults", json=orders, timeout=5).raise_for_status()

    def posts(self) -> list[str]:
        """Return the words of what was posted, the newest first."""
        rows = requests.get(f"{self.url}/_posts.json", timeout=5).json()
        return [row["text"] for row in rows]


@contextmanager
def answering(status: str, body: object = "", **headers: str) -> Iterator[X]:
    """Give a channel whose X answers everything the same."""
    with scripted(Said(status, body, headers), repeats=True) as script, script.x(KEYS) as channel:
        yield channel


@dataclass(frozen=True)
class Said:
    """An answer; a body that is no text is said in JSON."""

    status: str = "200 OK"
    body: object = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """Return what goes over the line."""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True)
class Asked:
    """One call, as it came in."""

    line: str
    query: dict[str, str]
    authorization: str
    content_type: str
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body, where it is JSON."""
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """Return the body, where it is a form."""
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Script:
    """An X that says its answers in order, and keeps what it was asked."""

    answers: list[Said]
    repeats: bool = False
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer as WSGI wants it."""
        self.asked.append(
            Asked(
                f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}",
                dict(parse_qsl(environ["QUERY_STRING"])),
                environ.get("HTTP_AUTHORIZATION", ""),
                environ["CONTENT_TYPE"],
                environ["wsgi.input"].read(),
            )
        )
        said = self.answers[0] if self.repeats else self.answers.pop(0)
        named = [(name.replace("_", "-"), value) for name, value in said.headers.items()]
        start_response(said.status, named)
        return [said.content]

    @contextmanager
    def x(self, credentials: Credentials = TOKENS) -> Iterator[X]:
        """Give a channel to it."""
        channel = X(credentials, api_url=self.url, timeouts=PATIENCE)
        yield channel
        channel.close()

    @property
    def lines(self) -> list[str]:
        """Return the methods and paths that were asked for."""
        return [each.line for each in self.asked]


@contextmanager
def scripted(*answers: Said, repeats: bool = False) -> Iterator[Script]:
    """Run an X that says these answers; where it `repeats`, always the first."""
    script = Script(list(answers), repeats)
    with serve(script) as script.url:
        yield script
