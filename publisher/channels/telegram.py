"""A channel on Telegram, through a bot that may post there (https://core.telegram.org/bots/api).

Bots are shown nothing that a channel has, so a post in doubt is the editor's to decide.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from publisher.channels import ChannelError, Permanent, Receipt, Temporary
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Gone, Line
from publisher.channels.posts import Attachment, Message, Network, Profile

API_URL = "https://api.telegram.org"
# sendPhoto and InputMediaPhoto, "caption".
CAPTION_CHARACTERS = 1024

# What is said of a chat where a bot may not post, in whichever words.
_BOT_MAY_NOT = re.compile(
    r"chat not found|rights|not a member|chat_write_forbidden|chat_admin_required|deactivated",
    re.IGNORECASE,
)
_NOT_THERE = re.compile(r"message to delete not found", re.IGNORECASE)
# A channel's id is this and the number in its private addresses.
_CHANNEL = "-100"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The bot's token, and the channel as `@name` or by its number.

    `server` is a Bot API server of one's own, "" for Telegram's. Printing shows no token.
    """

    bot_token: str = field(repr=False)
    chat_id: str
    server: str = ""


class Telegram(Network):
    """One channel; it keeps its connections until `close`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = API_URL,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._chat_id = credentials.chat_id
        token = quote(credentials.bot_token, safe=":")
        self._line = Line(
            "Telegram",
            f"{credentials.server or api_url}/bot{token}",
            secrets=[credentials.bot_token, token],
            words=_words,
            meaning=_meaning,
            timeouts=timeouts,
            transport=transport,
        )

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message` once, with its pictures and videos, whose content comes with it.

        Several pictures are several messages to Telegram, in one call: the receipt's id has all
        of theirs. What links, hashtags and mentions are it finds by itself: the text is sent as it
        is, for in a mark-up language a headline's own signs would be torn out of it.
        """
        if message.attachments and len(message.text) > CAPTION_CHARACTERS:
            raise Permanent(
                f"Telegram takes {CAPTION_CHARACTERS:,} characters beside a picture, and this post"
                f" has {len(message.text):,}; shorten it or leave the picture out."
            )
        call = _album(message) if len(message.attachments) > 1 else _single(message)
        form = {"chat_id": self._chat_id, **call.form}
        if message.reply_to:
            # Of an album, its first message.
            parent = int(message.reply_to.partition(",")[0])
            form["reply_parameters"] = json.dumps({"message_id": parent})
        whole = Call("POST", call.path, form=form, files=call.files)
        return self._line.post(whole, _receipt, now=now)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back; one that is gone already is no error.

        Telegram lets a bot do so for 48 hours, and says no after that (deleteMessage).
        """
        for message_id in network_id.split(","):
            form = {"chat_id": self._chat_id, "message_id": message_id}
            with suppress(Gone):
                self._line.ask(Call("POST", "/deleteMessage", form=form), lambda _: None, now=now)

    def profile(self) -> Profile:
        """Return the channel's name; raises Permanent where the bot or the channel is unknown."""
        call = Call("POST", "/getChat", form={"chat_id": self._chat_id})
        return self._line.ask(call, _profile)

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()


def _single(message: Message) -> Call:
    if not message.attachments:
        return Call("POST", "/sendMessage", form={"text": message.text} | _preview(message))
    (attachment,) = message.attachments
    kind = _kind(attachment)
    form = {"caption": message.text} if message.text else {}
    return Call("POST", f"/send{kind.title()}", form=form, files={kind: _file(attachment, kind)})


def _album(message: Message) -> Call:
    """Return the call that posts several; the caption is that of the first (sendMediaGroup)."""
    media, files = [], {}
    for number, attachment in enumerate(message.attachments):
        kind, name = _kind(attachment), f"file{number}"
        media.append({"type": kind, "media": f"attach://{name}"})
        files[name] = _file(attachment, name)
    if message.text:
        media[0]["caption"] = message.text
    return Call("POST", "/sendMediaGroup", form={"media": json.dumps(media)}, files=files)


def _preview(message: Message) -> dict[str, str]:
    """Return which of the links is shown; Telegram looks at the page behind it by itself."""
    url = message.card.url if message.card else message.link
    return {"link_preview_options": json.dumps({"url": url})} if url else {}


def _kind(attachment: Attachment) -> str:
    return "video" if attachment.media_type.startswith("video/") else "photo"


def _file(attachment: Attachment, name: str) -> tuple[str, bytes, str]:
    media_type = attachment.media_type
    return f"{name}.{media_type.partition('/')[2]}", attachment.content, media_type


def _result(answer: Answer) -> Any:
    body = answer.json()
    if body["ok"] is not True:
        raise ValueError(body)
    return body["result"]


def _receipt(answer: Answer) -> Receipt:
    result = _result(answer)
    messages = result if isinstance(result, list) else [result]
    ids = [str(int(each["message_id"])) for each in messages]
    return Receipt(",".join(ids), f"https://t.me/{_path(messages[0]['chat'])}/{ids[0]}")


def _path(chat: Mapping[str, Any]) -> str:
    """Return where a channel is on t.me; those without a name show it to their members only."""
    return str(chat.get("username") or f"c/{str(chat['id']).removeprefix(_CHANNEL)}")


def _profile(answer: Answer) -> Profile:
    chat = _result(answer)
    return Profile(str(chat.get("username") or chat["title"]))


def _words(answer: Answer) -> str:
    return str(answer.json()["description"])


def _meaning(answer: Answer, said: str, now: datetime | None) -> ChannelError | None:
    """Return what an answer means that HTTP's own meaning is not enough for.

    https://core.telegram.org/bots/api#making-requests and #responseparameters have the shape.
    """
    body = answer.json()
    description, more = body["description"], body.get("parameters") or {}
    if answer.status == 429 and now and "retry_after" in more:
        wait = timedelta(seconds=int(more["retry_after"]))
        return Temporary(f"Telegram takes no more from this bot for now{said}.", now + wait)
    # A token that is none leads to no method at all.
    if answer.status in (401, 404):
        reason = f"Telegram does not know the bot{said}; copy its token from @BotFather."
        return Permanent(reason, stops_account=True)
    if new := more.get("migrate_to_chat_id"):
        reason = f"The chat has a new number on Telegram, {new}; renew the account with it."
        return Permanent(reason, stops_account=True)
    if _NOT_THERE.search(description):
        return Gone(f"Telegram has no such message{said}.")
    if answer.status in (400, 403) and _BOT_MAY_NOT.search(description):
        reason = f"Telegram does not let the bot post there{said}; make it the channel's admin."
        return Permanent(reason, stops_account=True)
    return None
