"""How tweepy calls X: at the configured host, never without a time-out, and never elsewhere."""

import ssl
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import requests
import tweepy
from requests import exceptions as broken
from urllib3 import exceptions as lower

from publisher.channels import ChannelError, Permanent, Temporary, Unknown
from publisher.channels.http import Answer, quoted
from publisher.channels.x.answers import words
from publisher.channels.x.credentials import Bearer, Credentials, Keys

_TWEEPY_HOST = "https://api.twitter.com"
_BROKEN_LINE = (
    broken.ConnectionError,
    broken.Timeout,
    broken.ChunkedEncodingError,
    broken.ContentDecodingError,
)
_NEVER_CONNECTED = (
    lower.NewConnectionError,
    lower.ConnectTimeoutError,
    lower.ProxyError,
    ssl.SSLCertVerificationError,
)
# A key with a line break, say: requests looks before it connects.
_UNFIT = (broken.InvalidHeader, UnicodeError)

Meaning = Callable[[Answer, str, datetime | None], ChannelError]


class Tweepy:
    """tweepy's calls for one account; connections are kept until `close`."""

    def __init__(
        self, credentials: Credentials, api_url: str, timeouts: tuple[float, float]
    ) -> None:
        self._credentials = credentials
        session = _Session(api_url, timeouts)
        keys = {}
        if isinstance(credentials, Keys):
            keys = {
                "consumer_key": credentials.consumer_key,
                "consumer_secret": credentials.consumer_secret,
                "access_token": credentials.access_token,
                "access_token_secret": credentials.access_token_secret,
            }
        else:
            # Not told to tweepy, which writes what it is told into its log.
            session.auth = Bearer(credentials)
        self.client = tweepy.Client(**keys, return_type=requests.Response)
        self.client.session = session

    def answer(
        self,
        meaning: Meaning,
        ask: Callable[..., requests.Response],
        now: datetime | None,
        **what: Any,
    ) -> requests.Response:
        """Return the answer to one call of `client`; raises `meaning` where it is no success."""
        try:
            return ask(user_auth=isinstance(self._credentials, Keys), **what)
        except _NotTaken as error:
            answer = error.answer
            raise meaning(answer, self._said(answer), now) from None
        except _UNFIT:
            # From None, for the error would show what it is about.
            reason = "X cannot be called with these credentials; enter them again."
            raise Permanent(reason, stops_account=True) from None
        except _BROKEN_LINE as error:
            if _nothing_left(error):
                raise Temporary("X cannot be reached: no connection came about.") from error
            raise Unknown("The line to X broke before its answer was here.") from error

    def close(self) -> None:
        """Give the connections back."""
        self.client.session.close()

    def _said(self, answer: Answer) -> str:
        return quoted("X", words(answer), self._credentials.secrets)


class _NotTaken(Exception):
    """X answered, but not with success."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        headers = httpx.Headers(list(response.headers.items()))
        self.answer = Answer(response.status_code, headers, response.content)


class _Session(requests.Session):
    """Takes tweepy's calls to the configured host, with a time-out on every one.

    The address changes before the request is signed, because OAuth 1.0a signs it. Answers that are
    no success end here: tweepy stumbles over error bodies and headers that are not quite X's.
    """

    def __init__(self, api_url: str, timeouts: tuple[float, float]) -> None:
        super().__init__()
        self._api_url = api_url.rstrip("/")
        self._timeouts = timeouts

    def request(
        self, method: str | bytes, url: str | bytes, *args: Any, **options: Any
    ) -> requests.Response:
        address = self._api_url + str(url).removeprefix(_TWEEPY_HOST)
        # A redirect would repeat the post somewhere else, under a signature for here.
        options |= {"timeout": self._timeouts, "allow_redirects": False}
        response = super().request(method, address, *args, **options)
        if not 200 <= response.status_code < 300:
            raise _NotTaken(response)
        return response


def _nothing_left(error: Exception) -> bool:
    """Say whether the call failed before a byte of the request was sent."""
    reason = getattr(next(iter(error.args), None), "reason", None)  # urllib3's, of its last try
    if isinstance(reason, lower.SSLError):
        reason = next(iter(reason.args), None)
    return isinstance(reason, _NEVER_CONNECTED)
