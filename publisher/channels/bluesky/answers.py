"""What a PDS answers: bodies as the lexicons have them, and errors by their names.

https://atproto.com/specs/xrpc has the shape of errors, and the package @atproto/pds their names.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from publisher.channels import ChannelError, Permanent, Temporary
from publisher.channels.http import Answer, Gone

_SESSION_OVER = frozenset({"ExpiredToken", "InvalidToken"})
_ACCOUNT_IS = {
    "AccountTakedown": "taken down",
    "AccountSuspended": "suspended",
    "AccountDeactivated": "deactivated",
}
# com.atproto.repo.getRecord has had a name for it since 2024 only.
_NO_RECORD = re.compile(r"could not locate record", re.IGNORECASE)
_JWT = re.compile(r"[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")


class SessionOver(Temporary):
    """The access token has ended, or is from before the PDS changed its keys: a new one is needed.

    It is looked at before anything else is, so what was asked has surely not been done.
    """


class NoService(Permanent):
    """The PDS answers for its accounts only, and knows nobody who counts likes."""


def words(answer: Answer) -> str:
    """Return what the PDS says is wrong, without the tokens that it may say."""
    body = of(answer)
    return _JWT.sub("…", str(body.get("message") or body.get("error") or ""))


def meaning(answer: Answer, said: str, now: datetime | None) -> ChannelError | None:
    """Return what an error means that only the AT Protocol has, None for all others."""
    del now
    body = of(answer)
    name = str(body.get("error") or "")
    if name in _SESSION_OVER:
        return SessionOver(f"The session on Bluesky is over{said}; a new one is needed.")
    if state := _ACCOUNT_IS.get(name):
        return Permanent(f"The account on Bluesky is {state}{said}.", stops_account=True)
    if name == "AuthFactorTokenRequired":
        advice = "make an app password in its settings and connect it with that"
        reason = f"Bluesky mails this account a code at every login{said}; {advice}."
        return Permanent(reason, stops_account=True)
    if name == "RecordNotFound" or _NO_RECORD.search(str(body.get("message") or "")):
        return Gone(f"Bluesky has no such post{said}.")
    if name == "MethodNotImplemented":
        return NoService(f"This PDS does not do what was asked{said}.")
    return None


def of(answer: Answer) -> Mapping[str, Any]:
    """Return the object that an answer is; raises ValueError or TypeError where it is none."""
    body = answer.json()
    if not isinstance(body, dict):
        raise TypeError(body)
    return body


def uri_and_cid(answer: Answer) -> tuple[str, str]:
    """Return which version of which record is meant (com.atproto.repo.strongRef)."""
    body = of(answer)
    return _said(body, "uri"), _said(body, "cid")


def blob(answer: Answer) -> Mapping[str, Any]:
    """Return what was uploaded, as records refer to it."""
    uploaded = of(answer)["blob"]
    if uploaded["$type"] != "blob" or not uploaded["ref"]["$link"]:
        raise ValueError(uploaded)
    return {name: uploaded[name] for name in ("$type", "ref", "mimeType", "size")}


def did(answer: Answer) -> str:
    """Return whose handle was asked for."""
    return _said(of(answer), "did")


def handle(answer: Answer) -> str:
    """Return what an account is called."""
    return _said(of(answer), "handle")


def _said(body: Mapping[str, Any], name: str) -> str:
    value = body[name]
    if not value or not isinstance(value, str):
        raise ValueError(name)
    return value
