"""Sessions: who has logged in with an app password may post for two hours, and renew that."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from publisher.channels import Permanent
from publisher.channels.bluesky import answers
from publisher.channels.http import Answer, Call, Line

# So long an access token is still good for a call that begins now.
_MARGIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account's handle, DID or address, and its app password; printing shows no secret.

    `service` is the URL of its PDS, "" for the usual one. `access_jwt`, `refresh_jwt` and `did` are
    those of a session that was kept, "" without one.
    """

    identifier: str
    app_password: str = field(repr=False)
    service: str = ""
    access_jwt: str = field(default="", repr=False)
    refresh_jwt: str = field(default="", repr=False)
    did: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in, and the two tokens; that for renewing it can be used only once."""

    did: str
    access_jwt: str = field(repr=False)
    refresh_jwt: str = field(repr=False)

    @property
    def ends_at(self) -> datetime | None:
        """Return when the access token ends; None where it does not say."""
        return _ends_at(self.access_jwt)

    def ends_soon(self, now: datetime) -> bool:
        """Return whether a call that begins now may come too late."""
        ends_at = self.ends_at
        return ends_at is not None and ends_at <= now + _MARGIN


def kept(credentials: Credentials) -> Session | None:
    """Return the session that was kept with the credentials, if any."""
    if not (credentials.access_jwt and credentials.did):
        return None
    return Session(credentials.did, credentials.access_jwt, credentials.refresh_jwt)


def opened(line: Line, credentials: Credentials, now: datetime | None) -> Session:
    """Log in (com.atproto.server.createSession), which Bluesky allows 100 times a day.

    That many by github.com/bluesky-social/bsky-docs/issues/183; its documentation says 300.
    """
    login = {
        "identifier": credentials.identifier.removeprefix("@"),
        "password": credentials.app_password,
    }
    call = Call("POST", "/xrpc/com.atproto.server.createSession", json=login)
    return line.ask(call, _session, now=now)


def renewed(line: Line, credentials: Credentials, now: datetime) -> Session:
    """Renew a session (com.atproto.server.refreshSession), or log in where that is impossible.

    A PDS takes the old refresh token for two hours more, so nothing is lost with a lost answer.
    """
    if not credentials.refresh_jwt:
        return opened(line, credentials, now)
    headers = {"Authorization": f"Bearer {credentials.refresh_jwt}"}
    call = Call("POST", "/xrpc/com.atproto.server.refreshSession", headers=headers)
    try:
        return line.ask(call, _session, now=now)
    except (answers.SessionOver, Permanent):
        # It has ended, was revoked or used up: the password knows.
        return opened(line, credentials, now)


def _session(answer: Answer) -> Session:
    body = answers.of(answer)
    names = ("did", "accessJwt", "refreshJwt")
    session = Session(*(str(body[name]) for name in names))
    if not (session.did and session.access_jwt and session.refresh_jwt):
        raise ValueError(names)
    return session


def _ends_at(token: str) -> datetime | None:
    """Return what a JWT says of its end (RFC 7519 section 4.1.4); its signature is not ours."""
    try:
        _, payload, _ = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (ValueError, TypeError, LookupError, OverflowError, OSError):
        return None
