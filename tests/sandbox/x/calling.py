"""Calls the stand-in for X without a server in between."""

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oauthlib import oauth1  # type: ignore[import-untyped]  # it comes without stubs

from publisher.sandbox.x import Client, Keys, XStandIn

HOST = "127.0.0.1:8001"
KEYS = {
    "42-ada": Keys("app", "app-secret", "ada-secret", "ada"),
    "43-ben": Keys("app", "app-secret", "ben-secret", "ben"),
    "44-cleo": Keys("app", "app-secret", "cleo-secret", "cleo", premium=True),
}
BACK = "https://courier.example/back"
CLIENTS = {"desk": Client((BACK, "http://127.0.0.1/"), "desk-secret"), "phone": Client((BACK,))}
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Caller:
    """Calls the stand-in as a signing client does; `now` is the time on both sides."""

    folder: Path
    limit: int | None = None
    now: datetime = START
    signed: int = field(default=0)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.app = XStandIn(
            self.folder, KEYS, clients=CLIENTS, clock=lambda: self.now, limit=self.limit
        )

    def signature(self, method: str, target: str, token: str = "42-ada", **changes: Any) -> str:
        self.signed += 1
        key, secret, token_secret, *_ = KEYS[token]
        options = {
            "client_key": key,
            "client_secret": secret,
            "resource_owner_key": token,
            "resource_owner_secret": token_secret,
            "timestamp": str(int(self.now.timestamp())),
            "nonce": str(self.signed),
        }
        client = oauth1.Client(**options | changes)
        return str(client.sign(f"http://{HOST}{target}", method)[1]["Authorization"])

    def call(self, method: str, target: str, body: bytes = b"", **environ: str) -> Answer:
        path, _, query = target.partition("?")
        said: list[Any] = []
        chunks = self.app(
            {
                "REQUEST_METHOD": method,
                "SCRIPT_NAME": "",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(body)),
                "REMOTE_ADDR": "127.0.0.1",
                "HTTP_HOST": HOST,
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(body),
            }
            | environ,
            lambda status, headers: said.append((int(status[:3]), dict(headers))),
        )
        status, headers = said[0]
        return Answer(status, headers, b"".join(chunks))

    def get(self, target: str, token: str = "42-ada") -> Answer:
        return self.call("GET", target, HTTP_AUTHORIZATION=self.signature("GET", target, token))

    def send(self, target: str, content: object = None, token: str = "42-ada") -> Answer:
        """Call "METHOD /path" with `content` as JSON, signed."""
        method, _, path = target.partition(" ")
        signature = self.signature(method, path, token)
        body = b"" if content is None else json.dumps(content).encode()
        return self.call(method, path, body, HTTP_AUTHORIZATION=signature)

    def answer_to(self, post_id: str, text: str, token: str = "42-ada") -> Answer:
        reply = {"in_reply_to_tweet_id": post_id}
        return self.send("POST /2/tweets", {"text": text, "reply": reply}, token)

    def show(self, text: str, *media_ids: str, token: str = "42-ada") -> Answer:
        """Post media."""
        media = {"media_ids": list(media_ids)}
        return self.send("POST /2/tweets", {"text": text, "media": media}, token)

    def post(self, text: object, token: str = "42-ada", **changes: Any) -> Answer:
        signature = self.signature("POST", "/2/tweets", token, **changes)
        body = json.dumps({"text": text}).encode()
        return self.call("POST", "/2/tweets", body, HTTP_AUTHORIZATION=signature)

    def thread(self, *texts: str) -> list[str]:
        """Post each text as an answer to the one before, and return the ids."""
        ids = [self.post(texts[0]).json["data"]["id"]]
        for text in texts[1:]:
            ids.append(self.answer_to(ids[-1], text).json["data"]["id"])
        return ids

    def order(self, *orders: object, **environ: str) -> Answer:
        return self.call("POST", "/_faults", json.dumps(orders).encode(), **environ)

    def set(self, door: str, content: object) -> Answer:
        """Give an order at one of the doors for tests."""
        return self.call("POST", f"/_{door}", json.dumps(content).encode())

    def received(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.call("GET", "/_posts.json").json
        return rows
