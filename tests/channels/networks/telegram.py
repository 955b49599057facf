"""Telegram's Bot API with one channel, by https://core.telegram.org/bots/api."""

import json
import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from publisher.channels.posts import Network
from publisher.channels.telegram import Credentials, Telegram
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

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT = "@courier"
_CHAT = {"id": -1001234567890, "type": "channel", "title": "The Courier", "username": "courier"}
_METHOD = re.compile(rf"POST /bot{TOKEN}/(\w+)")


class BotApi(Fake):
    """The Bot API with one bot, which may post in one channel."""

    posting = re.compile(rf"POST /bot{TOKEN}/send(Message|Photo|Video|MediaGroup)")

    deleting = re.compile(rf"POST /bot{TOKEN}/deleteMessage")

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Mapping[str, str]] = []
        self._ids = count(41)

    def answer(self, request: Request) -> Answer:
        """Answer as "Making requests" says: in JSON, with `ok` in it."""
        found = _METHOD.fullmatch(request.route)
        if not found:
            known = request.path.startswith(f"/bot{TOKEN}/")
            return self.refusal(*((404, "Not Found") if known else (401, "Unauthorized")))
        fields = _fields(request)
        if fields.get("chat_id") != CHAT:
            return self.refusal(400, "Bad Request: chat not found")
        match found[1]:
            case "getChat":
                return _result(_CHAT)
            case "deleteMessage":
                return self._delete(fields["message_id"])
            case "sendMessage":
                return self._take(fields, fields["text"], 1)
            case "sendPhoto" | "sendVideo" as method:
                assert fields.keys() & {method[4:].lower()}
                return self._take(fields, fields.get("caption", ""), 1)
            case "sendMediaGroup":
                return self._take_album(fields)
        return self.refusal(404, "Not Found")

    def refusal(self, status: int, words: str) -> Answer:
        """Say no."""
        return in_json(status, {"ok": False, "error_code": status, "description": words})

    def busy(self) -> Answer:
        """Ask to wait, as ResponseParameters says."""
        seconds = int(WAIT.total_seconds())
        words = f"Too Many Requests: retry after {seconds}"
        said = {"ok": False, "error_code": 429, "description": words}
        return in_json(429, said | {"parameters": {"retry_after": seconds}})

    def _take_album(self, fields: Mapping[str, str]) -> Answer:
        media = json.loads(fields["media"])
        assert 2 <= len(media) <= 10
        assert all(each["media"].removeprefix("attach://") in fields for each in media)
        return self._take(fields, media[0].get("caption", ""), len(media))

    def _take(self, fields: Mapping[str, str], text: str, messages: int) -> Answer:
        reply = json.loads(fields.get("reply_parameters", "{}")).get("message_id", "")
        if reply and not any(str(reply) in post.id.split(",") for post in self.posts):
            return self.refusal(400, "Bad Request: message to be replied not found")
        if not 1 <= len(text) <= 4096:
            return self.refusal(400, "Bad Request: message text is empty")
        ids = [next(self._ids) for _ in range(messages)]
        url = f"https://t.me/courier/{ids[0]}"
        self.posts.append(Taken(",".join(map(str, ids)), url, text, reply_to=str(reply)))
        self.sent.append(fields)
        results = [{"message_id": each, "date": 1, "chat": _CHAT} for each in ids]
        return _result(results if messages > 1 else results[0])

    def _delete(self, message_id: str) -> Answer:
        for post in self.posts:
            ids = post.id.split(",")
            if message_id in ids:
                ids.remove(message_id)
                post.id = ",".join(ids)
                self.posts = [each for each in self.posts if each.id]
                return _result(content=True)
        return self.refusal(400, "Bad Request: message to delete not found")


def _fields(request: Request) -> dict[str, str]:
    if request.headers["content-type"].startswith("multipart/form-data"):
        return {name: part.decode("utf-8", "replace") for name, part in request.parts.items()}
    return {name: values[0] for name, values in request.form.items()}


def _result(content: Any) -> Answer:
    return in_json(200, {"ok": True, "result": content})


def _make(credentials: dict[str, str], url: str) -> Network:
    return Telegram(Credentials(**credentials), api_url=url, timeouts=TIMEOUTS)


CASE = Case(
    name="telegram",
    fake=BotApi,
    make=_make,
    credentials={"bot_token": TOKEN, "chat_id": CHAT},
    secrets=("bot_token",),
    handle="courier",
)
