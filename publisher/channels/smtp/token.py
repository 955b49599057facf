"""Access tokens for a login by XOAUTH2: bought with a longer-lived secret, kept until they expire.

A server may hand out a new refresh token with each access token (RFC 6749 section 6); it is not
kept, since nothing here may write credentials. Where refresh tokens end by themselves, the grant
"client_credentials" is the one for a program.
"""

import asyncio
from typing import Any

from publisher.channels import Permanent, Temporary
from publisher.channels.smtp.url import OAuth, RelayUrl

# A token server answers in well under a second; mail waits meanwhile.
_SECONDS = 20.0
# Not shown when it may end on the way to the mail server.
_MARGIN_SECONDS = 60.0
# RFC 6749 section 5.1 recommends that the server says it; an hour is what all of them give.
_USUAL_SECONDS = 3600.0
_DETAIL = 200


class Tokens:
    """The tokens of one relay; belongs to the relay's event loop."""

    def __init__(self, url: RelayUrl) -> None:
        self._url = url
        self._token = ""
        self._good_until = 0.0
        self._buying: asyncio.Lock | None = None

    async def current(self) -> tuple[str, bool]:
        """Return a token, and whether it has never been shown; raises Temporary or Permanent."""
        oauth = self._url.oauth
        if oauth is None or not oauth.token_url:
            return self._url.password, True
        # Not made earlier: a relay may be built before its loop runs.
        self._buying = self._buying or asyncio.Lock()
        # Ten lines that open together show the same token.
        async with self._buying:
            now = asyncio.get_running_loop().time()
            if self._token and now < self._good_until:
                return self._token, False
            self._token, seconds = await _bought(oauth, self._url.password)
            self._good_until = now + seconds - _MARGIN_SECONDS
            return self._token, True

    def forget(self, token: str) -> None:
        """Show this token to nobody any more."""
        if token == self._token:
            self._token = ""


async def _bought(oauth: OAuth, secret: str) -> tuple[str, float]:
    """Return a new access token and for how many seconds it is good."""
    # Only who logs in with tokens needs it.
    import httpx

    try:
        # The environment's proxies and ~/.netrc have no say in where a secret goes.
        async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as http:
            response = await http.post(
                oauth.token_url, data=_wish(oauth, secret), headers={"Accept": "application/json"}
            )
    except httpx.HTTPError as error:
        why = str(error) or type(error).__name__
        raise Temporary(f"No access token from {_host(oauth)}: {why.rstrip('.')}.") from error
    return _read(oauth, response)


def _wish(oauth: OAuth, secret: str) -> dict[str, str]:
    """Return the form of RFC 6749 section 6 or 4.4."""
    secrets = (
        {"client_secret": secret}
        if oauth.grant == "client_credentials"
        else {"refresh_token": secret, "client_secret": oauth.client_secret}
    )
    wish = {
        "grant_type": oauth.grant,
        "client_id": oauth.client_id,
        "scope": oauth.scope,
        **secrets,
    }
    return {name: value for name, value in wish.items() if value}


def _read(oauth: OAuth, response: Any) -> tuple[str, float]:
    try:
        said = response.json()
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    if response.is_success and isinstance(token := said.get("access_token"), str) and token:
        return token, _seconds(said.get("expires_in"))
    why = f"{response.status_code} {said.get('error_description') or said.get('error') or ''}"
    reason = f"{_host(oauth)} gives no access token: {' '.join(why.split())[:_DETAIL]}."
    # RFC 6749 section 5.2: what 400 and 401 say about the client or its token stays true.
    if response.status_code in (400, 401, 403):
        raise Permanent(reason, stops_account=True)
    raise Temporary(reason)


def _seconds(raw: object) -> float:
    try:
        return float(str(raw))
    except ValueError:
        return _USUAL_SECONDS


def _host(oauth: OAuth) -> str:
    return oauth.token_url.split("/")[2]
