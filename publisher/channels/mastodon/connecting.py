"""OAuth at an instance: an app is registered there, and a person lets it post.

https://docs.joinmastodon.org/methods/apps/ and methods/oauth/: the person is sent to
`authorize_url`, comes back to the redirect URI with a code, and the code is exchanged for a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Line
from publisher.channels.mastodon import channel
from publisher.channels.posts import Renewed

# What the channel's calls need, and no more (api/oauth-scopes).
SCOPES = "read:accounts read:statuses write:statuses write:media"


@dataclass(frozen=True, slots=True)
class App:
    """Our app as an instance knows it: to be kept, for no instance tells it twice."""

    instance: str
    redirect_uri: str
    client_id: str
    client_secret: str = field(repr=False)

    def authorize_url(self, state: str) -> str:
        """Return where the person is sent, who comes back with this `state` and a code."""
        question = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPES,
            "state": state,
            # Who is logged in is asked too: a newsroom has several accounts.
            "force_login": "true",
        }
        return f"{self.instance}/oauth/authorize?{urlencode(question)}"

    def exchange(
        self,
        code: str,
        *,
        now: datetime,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> Renewed:
        """Return the credentials of the account whose owner came back with `code`.

        Raises Permanent where the code is none, and Unknown where the answer was lost: then the
        person has to be asked again.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPES,
        }
        line = _line(self.instance, timeouts, transport, secrets=(code, self.client_secret))
        try:
            token = line.post(Call("POST", "/oauth/token", form=form), _token, now=now)
        finally:
            line.close()
        secrets = {"instance": self.instance, "access_token": str(token["access_token"])}
        return Renewed(secrets, _expiry(token, now))


def register(
    instance: str,
    redirect_uri: str,
    *,
    website: str,
    timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
    transport: httpx.BaseTransport | None = None,
) -> App:
    """Make our app known to an instance; `website` is shown beside its posts."""
    form = {
        "client_name": "Publisher",
        "redirect_uris": redirect_uri,
        "scopes": SCOPES,
        "website": website,
    }
    line = _line(instance, timeouts, transport)
    try:
        app = line.ask(Call("POST", "/api/v1/apps", form=form), _app)
    finally:
        line.close()
    return App(instance, redirect_uri, app["client_id"], app["client_secret"])


def _line(
    instance: str,
    timeouts: tuple[float, float],
    transport: httpx.BaseTransport | None,
    secrets: tuple[str, ...] = (),
) -> Line:
    return Line(
        "Mastodon",
        instance,
        secrets=secrets,
        words=channel.words,
        timeouts=timeouts,
        transport=transport,
    )


def _app(answer: Answer) -> dict[str, str]:
    body = answer.json()
    return {name: _text(body, name) for name in ("client_id", "client_secret")}


def _token(answer: Answer) -> Mapping[str, Any]:
    body: Mapping[str, Any] = answer.json()
    _text(body, "access_token")
    return body


def _text(body: Mapping[str, Any], name: str) -> str:
    text = body[name]
    if not (isinstance(text, str) and text):
        raise ValueError(name)
    return text


def _expiry(token: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when a token ends: Mastodon's never do, Pleroma's may."""
    seconds = token.get("expires_in")
    return now + timedelta(seconds=seconds) if isinstance(seconds, int) else None
