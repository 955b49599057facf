"""A receiver of webhooks, by Standard Webhooks and the contract in docs/posts.md."""

import base64
import hashlib
import hmac
import json
import re
from typing import Any

from publisher.channels.posts import Figures, Network
from publisher.channels.webhook import Credentials, Webhook
from tests.channels.networks.fakes import (
    TIMEOUTS,
    WAIT,
    Answer,
    Case,
    Fake,
    Request,
    Taken,
    in_json,
)
from tests.factories import NOW

KEY = b"twenty-four octets of it"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
_TOLERANCE_SECONDS = 300


class Receiver(Fake):
    """Takes every call once, by its `webhook-id`; `told` are the bodies of those it took."""

    posting = re.compile("POST /hook")
    figures = Figures()
    has_keys = True
    needs_body = False

    def __init__(self) -> None:
        super().__init__()
        self.told: list[dict[str, Any]] = []
        self._known: dict[str, Answer] = {}

    def answer(self, request: Request) -> Answer:
        """Answer a call whose signature is right."""
        if not self._is_signed(request):
            return self.refusal(401, "The signature is wrong")
        body, call = request.json, request.headers["webhook-id"]
        if call not in self._known:
            self.told.append(body)
            self._known[call] = self._taken(body, call)
        return self._known[call]

    def refusal(self, status: int, words: str) -> Answer:
        """Say no."""
        return in_json(status, {"message": words})

    def busy(self) -> Answer:
        """Ask to wait for some seconds."""
        return in_json(429, {}, Retry_After=str(WAIT.seconds))

    def _is_signed(self, request: Request) -> bool:
        call, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        signed = f"{call}.{stamp}.".encode() + request.body
        wanted = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
        is_fresh = abs(int(stamp) - self.now.timestamp()) < _TOLERANCE_SECONDS
        return is_fresh and request.headers["webhook-signature"] == f"v1,{wanted}"

    def _taken(self, body: dict[str, Any], call: str) -> Answer:
        match body["type"]:
            case "post.created":
                assert body["id"] == call
                return self._post(body)
            case "post.deleted":
                here = [post for post in self.posts if post.id == body["id"]]
                self.posts = [post for post in self.posts if post not in here]
                return Answer(204) if here else self.refusal(404, "No such post")
        return Answer(204)

    def _post(self, body: dict[str, Any]) -> Answer:
        post = Taken(f"{len(self.posts) + 1}", "", body["text"], body["id"], body["reply_to"])
        post.url = f"https://elsewhere.example/posts/{post.id}"
        post.alts = tuple(each["alt"] for each in body["media"])
        post.language = body["language"]
        self.posts.append(post)
        return Answer(202, json.dumps({"id": post.id, "url": post.url}).encode())


def make(credentials: dict[str, str], url: str) -> Network:
    """Connect to a fake, which is where nobody else may be."""
    there = Credentials(**{"url": f"{url}/hook", **credentials})
    return Webhook(there, clock=lambda: NOW, timeouts=TIMEOUTS)


CASE = Case(
    name="webhook",
    fake=Receiver,
    make=make,
    credentials={"secret": SECRET, "account": "courier"},
    secrets=("secret",),
    handle="127.0.0.1",
)
