"""What proves to X who posts: an account's keys (OAuth 1.0a) or its tokens (OAuth 2.0)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import requests
from oauthlib import oauth1  # type: ignore[import-untyped]  # it comes without stubs
from requests.auth import AuthBase
from requests.utils import check_header_validity


@dataclass(frozen=True, slots=True)
class Keys:
    """The app's two keys and the account's two (OAuth 1.0a): they do not end by themselves."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)

    @property
    def account_id(self) -> str:
        """The account's id, with which X's own access tokens begin; "" where this one does not."""
        owner, dash, _ = self.access_token.partition("-")
        return owner if dash and owner.isdecimal() else ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may see."""
        return (
            self.consumer_key,
            self.consumer_secret,
            self.access_token,
            self.access_token_secret,
        )

    def authorization(self, method: str, url: str) -> str:
        """Return the signature of a call whose body is no form (RFC 5849, section 3.4.1.3.1)."""
        _, headers, _ = oauth1.Client(*self.secrets).sign(url, method)
        return str(headers["Authorization"])


@dataclass(frozen=True, slots=True)
class Tokens:
    """The account's tokens (OAuth 2.0) and the app they were given to; the access token ends soon.

    `client_secret` is "" for an app that keeps none (RFC 6749, section 2.1: a public client).
    """

    client_id: str
    oauth2_access_token: str = field(repr=False)
    oauth2_refresh_token: str = field(repr=False)
    client_secret: str = field(default="", repr=False)

    @property
    def account_id(self) -> str:
        """Nothing: these tokens do not tell whose they are."""
        return ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may see."""
        return (self.oauth2_access_token, self.oauth2_refresh_token, self.client_secret)

    def authorization(self, method: str = "", url: str = "") -> str:
        """Return the same for every call."""
        del method, url
        return f"Bearer {self.oauth2_access_token}"


Credentials = Keys | Tokens


def read(secrets: Mapping[str, str]) -> Credentials:
    """Return the tokens in `secrets` or, where there are none, its keys.

    Raises TypeError where neither is complete; wiring has looked before.
    """
    kind = Tokens if secrets.get("oauth2_access_token") else Keys
    return kind(**{each.name: secrets[each.name] for each in fields(kind) if each.name in secrets})


class Bearer(AuthBase):
    """Shows the access token with a call of tweepy's, in place of what tweepy put there."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Write the token into the request; raises InvalidHeader where it has a line break, say."""
        value = self._tokens.authorization()
        check_header_validity(("Authorization", value))
        request.headers["Authorization"] = value
        return request
