"""OAuth 2.0 at X: an account's tokens come from a person's consent, and from older ones.

The flow is RFC 6749's with PKCE (RFC 7636), as X has it:
https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token. The person is sent to
`authorize_url`, comes back to the redirect URI with a code, and the code is exchanged for tokens.
"""

import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from publisher.channels import ChannelError, Permanent, Temporary
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Line
from publisher.channels.posts import Renewed
from publisher.channels.x import answers
from publisher.channels.x.credentials import Tokens

API_URL = "https://api.x.com"
AUTHORIZE_URL = "https://x.com/i/oauth2/authorize"
# Without the last one there is no refresh token.
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")

# RFC 7636 section 4.1 wants 43 to 128 characters; of 64 bytes base64 makes 86.
_VERIFIER_BYTES = 64
# For as long as X gives access where it does not say for how long (…/authorization-code).
_USUAL = timedelta(hours=2)
# What of a grant nobody may see.
_SECRETS = ("code", "code_verifier", "refresh_token")
_CONNECT_AGAIN = "connect the account again"


def verifier() -> str:
    """Return a new secret for one flow, to be kept with its state until the person is back."""
    return secrets.token_urlsafe(_VERIFIER_BYTES)


@dataclass(frozen=True, slots=True)
class App:
    """The newsroom's app at X; `client_secret` is "" where it is a public client.

    `redirect_uri` is one of those that X knows of the app, and is needed to connect accounts only;
    `page` is where X asks the person.
    """

    client_id: str
    client_secret: str = field(default="", repr=False)
    redirect_uri: str = ""
    api_url: str = API_URL
    page: str = AUTHORIZE_URL
    timeouts: tuple[float, float] = TIMEOUTS_SECONDS

    def authorize_url(self, state: str, verifier: str) -> str:
        """Return where the person is sent, who comes back with this `state` and a code."""
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
        question = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        return f"{self.page}?{urlencode(question)}"

    def exchange(self, code: str, verifier: str, *, now: datetime) -> Renewed:
        """Return the credentials of the account whose owner came back with `code`.

        Raises Permanent where X does not take the code, and Unknown where the answer was lost:
        then the person has to be asked again.
        """
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        return self._renewed(self._granted(grant, now), "", now)

    def renewed(self, refresh_token: str, *, now: datetime) -> Renewed:
        """Return new credentials for those of before, whose refresh token ends with this call.

        Raises Unknown where the answer was lost: the token may be good still, or not.
        """
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._renewed(self._granted(grant, now), refresh_token, now)

    def _granted(self, grant: dict[str, str], now: datetime) -> Mapping[str, Any]:
        # A connection of its own: one that was kept and is gone would leave a doubt for nothing.
        line = Line(
            "X",
            self.api_url,
            secrets=[self.client_secret, *(grant.get(name, "") for name in _SECRETS)],
            words=answers.words,
            meaning=_refusal,
            timeouts=self.timeouts,
        )
        call = Call("POST", "/2/oauth2/token", form=grant | self._name, headers=self._proof)
        try:
            return line.post(call, _tokens, now=now)
        finally:
            line.close()

    @property
    def _name(self) -> dict[str, str]:
        return {} if self.client_secret else {"client_id": self.client_id}

    @property
    def _proof(self) -> dict[str, str]:
        """Return how an app with a secret shows it; X wants its two halves as they are."""
        if not self.client_secret:
            return {}
        pair = f"{self.client_id}:{self.client_secret}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}

    def _renewed(self, answer: Mapping[str, Any], refresh_token: str, now: datetime) -> Renewed:
        refresh_token = str(answer.get("refresh_token") or refresh_token)
        if not refresh_token:
            raise Permanent(
                f"X gave no refresh token; {_CONNECT_AGAIN}, and let it stay connected."
            )
        tokens = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "oauth2_access_token": str(answer["access_token"]),
            "oauth2_refresh_token": refresh_token,
        }
        kept = {name: value for name, value in tokens.items() if value}
        return Renewed(kept, _expiry(answer.get("expires_in"), now))


def app_of(tokens: Tokens, api_url: str, timeouts: tuple[float, float]) -> App:
    """Return the app that an account's tokens were given to."""
    return App(tokens.client_id, tokens.client_secret, api_url=api_url, timeouts=timeouts)


def _tokens(answer: Answer) -> Mapping[str, Any]:
    tokens = dict(answer.json())
    if not (isinstance(tokens["access_token"], str) and tokens["access_token"]):
        raise ValueError("no token")
    return tokens


def _refusal(answer: Answer, said: str, now: datetime | None) -> ChannelError:
    match answer.status:
        # RFC 6749 section 5.2: what these say of the app or of its token stays true.
        case 400 | 401 | 403:
            return Permanent(f"X gives no new tokens{said}; {_CONNECT_AGAIN}.", stops_account=True)
        case 429:
            return answers.exhausted(answer, said, now)
        case status:
            return Temporary(f"X gave no new tokens, but status {status}{said}.")


def _expiry(seconds: object, now: datetime) -> datetime:
    said = str(seconds)
    return now + (timedelta(seconds=int(said)) if said.isdecimal() else _USUAL)
