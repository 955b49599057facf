"""A signed webhook, for everything that has no channel of its own.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
Whoever receives it posts on our behalf. The `webhook-id` is the same on every call for a post, and
the receiver takes only one of them; so a call whose outcome is unknown is made again, and nothing
is looked up. docs/posts.md has the contract.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from publisher.channels import ChannelError, Permanent, Receipt, Temporary
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Gone, Line, retry_at
from publisher.channels.posts import Attachment, Card, Message, Network, Profile
from publisher.errors import Refused

_PREFIX = "whsec_"
# The specification wants 24 octets and more, and its own example has 18.
_SHORTEST_KEY = 16
# What a post's row has room for.
_LONGEST_ID, _LONGEST_URL = 500, 2000


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the receiver is and what calls are signed with; printing them shows neither.

    `account` is told to the receiver, who may post for several.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)
    account: str = ""


class Webhook(Network):
    """One receiver; it keeps its connections until `close`.

    `transport` is what connects, for the address was typed by a person; `clock` stamps the call
    that tries it.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        clock: Callable[[], datetime],
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._line = Line(
            "The webhook",
            "",
            secrets=[credentials.secret, credentials.url],
            words=_words,
            meaning=_meaning,
            timeouts=timeouts,
            transport=transport,
        )

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Hand `message` over; any 2xx means that it was taken, whatever its body says."""
        call = self._signed("post.created", message.key, _post(message), now)
        return self._line.post(call, lambda answer: _receipt(answer, message.key), now=now)

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return None: who wants to know makes the same call again, which does no harm."""
        del message, since
        return None

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Have a post taken back; to one that it does not have, the receiver says 404."""
        call = self._signed("post.deleted", f"delete-{network_id}", {"id": network_id}, now)
        with suppress(Gone):
            self._line.ask(call, lambda _: None, now=now)

    def profile(self) -> Profile:
        """Return the receiver's host, after it has taken a signed call that is about nothing."""
        now = self._clock()
        call = self._signed("test", f"test-{int(now.timestamp())}", {}, now)
        self._line.ask(call, lambda _: None, now=now)
        return Profile(httpx.URL(self._credentials.url).host)

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _signed(self, kind: str, call_id: str, content: Mapping[str, Any], now: datetime) -> Call:
        """Return a call with the specification's headers; `now` is when this attempt is made.

        The receiver refuses an old one: who listens cannot play it again later.
        """
        said = {"type": kind, "account": self._credentials.account, **content}
        body = json.dumps(said, ensure_ascii=False).encode()
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": call_id,
            "webhook-timestamp": stamp,
            "webhook-signature": self._signature(f"{call_id}.{stamp}.".encode() + body),
        }
        return Call("POST", str(httpx.URL(self._credentials.url)), content=body, headers=headers)

    def _signature(self, signed: bytes) -> str:
        try:
            key = signing_key(self._credentials.secret)
        except Refused as refusal:
            raise Permanent(str(refusal), stops_account=True) from refusal
        return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def signing_key(secret: str) -> bytes:
    """Return the key that a secret stands for; raises Refused where it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _SHORTEST_KEY:
        raise Refused(
            f"The webhook's secret has to be '{_PREFIX}' and {_SHORTEST_KEY} octets or more in"
            " base64; copy it from the receiver."
        )
    return key


def _post(message: Message) -> dict[str, Any]:
    """Return a post as the receiver is told it; "" and null stand for what it has not."""
    return {
        "id": message.key,
        "written_at": message.written_at.isoformat(),
        "text": message.text,
        "link": message.link,
        "language": message.language,
        "warning": message.warning,
        "reply_to": message.reply_to,
        "thread": message.thread,
        "media": [_medium(each) for each in message.attachments],
        "card": _card(message.card) if message.card else None,
    }


def _medium(attachment: Attachment) -> dict[str, str | int]:
    return {
        "url": attachment.url,
        "media_type": attachment.media_type,
        "alt": attachment.alt,
        "width": attachment.width,
        "height": attachment.height,
    }


def _card(card: Card) -> dict[str, Any]:
    return {
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "picture": _medium(card.picture) if card.picture else None,
    }


def _receipt(answer: Answer, key: str) -> Receipt:
    """Return the post's id and address, if the receiver tells them: it need not."""
    told = _told(answer)
    network_id, url = str(told.get("id") or key), str(told.get("url") or "")
    # The desk makes a link of it.
    is_link = url.startswith(("http://", "https://")) and len(url) <= _LONGEST_URL
    return Receipt(network_id if len(network_id) <= _LONGEST_ID else key, url if is_link else "")


def _told(answer: Answer) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _words(answer: Answer) -> str:
    told = _told(answer)
    return str(told.get("message") or told.get("error") or "")


def _meaning(answer: Answer, said: str, now: datetime | None) -> ChannelError | None:
    match answer.status:
        case 410:
            reason = f"The webhook wants no more calls{said}; give the account another address."
            return Permanent(reason, stops_account=True)
        # RFC 9110 section 15.6.4: it is unable to handle the request, and says when to repeat it.
        # Any other 5xx may come from something in front of a receiver that has stored the post.
        case 503 if again := retry_at(answer, now):
            return Temporary(f"The webhook has no time now{said}.", again)
    return None
