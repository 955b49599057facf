"""X: posts with an account's own keys (OAuth 1.0a) through tweepy, and finds what was posted."""

import html
import re
import ssl
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests
import tweepy
from requests import exceptions as broken
from urllib3 import exceptions as lower

from publisher.channels import ChannelError, Duplicate, Permanent, Receipt, Temporary, Unknown
from publisher.channels.posts import Message, Network, Profile

API_URL = "https://api.x.com"
# How long to wait for a connection, and then for each piece of the answer.
TIMEOUTS_SECONDS = (5.0, 15.0)

_TWEEPY_HOST = "https://api.twitter.com"
# Where X names no window that is used up: its windows are 15 minutes long.
_WINDOW = timedelta(minutes=15)
# Each of these headers comes with -limit, -remaining and -reset (seconds since 1970).
_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")
# X's clock may be a little behind ours.
_CLOCKS_APART = timedelta(minutes=1)
_PAGE = 100
_MOST_PAGES = 5
_LONGEST_DETAIL = 300

_DUPLICATE = re.compile(r"duplicate content", re.IGNORECASE)
# What X says, and the type of problem that it names, where the account or its app may not post.
_ACCOUNT_MAY_NOT = re.compile(
    r"permission|suspended|\blocked|access level|client-forbidden|unsupported-authentication",
    re.IGNORECASE,
)

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


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app's two keys and the account's two; printing them shows none."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


class X(Network):
    """One account on X; it keeps its connections until `close`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = API_URL,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
    ) -> None:
        self._access_token = credentials.access_token
        self._client = tweepy.Client(
            consumer_key=credentials.consumer_key,
            consumer_secret=credentials.consumer_secret,
            access_token=credentials.access_token,
            access_token_secret=credentials.access_token_secret,
            return_type=requests.Response,
        )
        self._client.session = _Session(api_url, timeouts)

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message` once; raises Duplicate where X refuses it as said already."""
        post = partial(
            self._client.create_tweet,
            text=message.text,
            in_reply_to_tweet_id=message.reply_to or None,
            user_auth=True,
        )
        answer = _answer(post, now)
        try:
            return _receipt(answer.json()["data"])
        except (ValueError, TypeError, LookupError) as error:
            raise Unknown("X took the post, but its answer cannot be read.") from error

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the account's post from `since` or later that says this, None if there is none.

        For a post whose outcome is unknown. Raises Temporary where X cannot be asked now.
        """
        wanted = _comparable(message.text)
        with _asking():
            for post in self._posts(since - _CLOCKS_APART):
                if _comparable(_as_written(post)) == wanted:
                    return _receipt(post)
        return None

    def profile(self) -> Profile:
        """Return the account's screen name, which proves its keys."""
        with _asking():
            return Profile(str(self._me()["username"]))

    def close(self) -> None:
        """Give the connections back."""
        self._client.session.close()

    def _posts(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        ask = partial(
            self._client.get_users_tweets,
            self._account_id(),
            start_time=since,
            max_results=_PAGE,
            tweet_fields=["created_at", "entities"],
            user_auth=True,
        )
        page = None
        for _ in range(_MOST_PAGES):
            answer = dict(_answer(partial(ask, pagination_token=page)).json())
            yield from answer.get("data", [])
            page = answer["meta"].get("next_token")
            if page is None:
                return

    def _account_id(self) -> str:
        # X's access tokens begin with the account's id, and asking for it is rationed.
        owner, dash, _ = self._access_token.partition("-")
        return owner if dash and owner.isdecimal() else str(self._me()["id"])

    def _me(self) -> Mapping[str, Any]:
        me: Mapping[str, Any] = _answer(partial(self._client.get_me, user_auth=True)).json()["data"]
        return me


class _NotTaken(Exception):
    """X answered, but not with success."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


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


@contextmanager
def _asking() -> Iterator[None]:
    """Make everything that goes wrong with a question Temporary: asking again does no harm."""
    try:
        yield
    except Unknown as error:
        raise Temporary(error.reason) from error
    except (ValueError, TypeError, LookupError) as error:
        raise Temporary("X's answer cannot be read.") from error


def _answer(
    call: Callable[[], requests.Response], now: datetime | None = None
) -> requests.Response:
    try:
        return call()
    except _NotTaken as error:
        raise _meaning(error.response, now) from None
    except _BROKEN_LINE as error:
        if _nothing_left(error):
            raise Temporary("X cannot be reached: no connection came about.") from error
        raise Unknown("the line to X broke before its answer was here.") from error


def _nothing_left(error: Exception) -> bool:
    """Say whether the call failed before a byte of the request was sent."""
    reason = getattr(next(iter(error.args), None), "reason", None)  # urllib3's, of its last try
    if isinstance(reason, lower.SSLError):
        reason = next(iter(reason.args), None)
    return isinstance(reason, _NEVER_CONNECTED)


def _meaning(response: requests.Response, now: datetime | None) -> ChannelError:
    """Return what an answer that is no success means for the post and for its account."""
    problem = _problem(response)
    said = _said(problem)
    match response.status_code:
        case 401:
            return Permanent(
                f"X does not accept the account's keys{said}; renew them and test the account.",
                stops_account=True,
            )
        case 402:
            return Permanent(
                f"X wants to be paid first{said}; buy credits for the app.", stops_account=True
            )
        case 403:
            return _forbidden(problem, said)
        case 429:
            return Temporary(
                f"X takes no more from this account for now{said}.", _retry_at(response, now)
            )
        case status if status >= 500:
            return Unknown(f"X failed with status {status}{said}, and may have taken the post.")
        case status:
            return Permanent(f"X refused the post with status {status}{said}; correct it.")


def _forbidden(problem: Mapping[str, Any], said: str) -> Permanent:
    named = f"{problem.get('type')} {problem.get('reason')} {said}"
    if _DUPLICATE.search(said):
        return Duplicate(f"X has these words from this account already{said}; change them.")
    if _ACCOUNT_MAY_NOT.search(named):
        return Permanent(
            f"X does not let this account post{said}; give its app permission to write, or ask X.",
            stops_account=True,
        )
    return Permanent(f"X refused the post{said}; change it.")


def _retry_at(response: requests.Response, now: datetime | None) -> datetime | None:
    """Return when the last of the windows that are used up opens again."""
    resets = [
        _moment(response.headers.get(f"{window}-reset", ""))
        for window in _WINDOWS
        if response.headers.get(f"{window}-remaining", "").strip() == "0"
    ]
    ahead = [reset for reset in resets if reset and (now is None or reset > now)]
    if ahead:
        return max(ahead)
    return now + _WINDOW if now else None


def _moment(seconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _problem(response: requests.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _said(problem: Mapping[str, Any]) -> str:
    """Return X's own words in brackets; no secret is in them, for OAuth 1.0a sends none."""
    errors = problem.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    message = first.get("message") if isinstance(first, dict) else None
    detail = " ".join(str(message or problem.get("detail") or "").split()).rstrip(".")
    return f" (X says: {detail[:_LONGEST_DETAIL]})" if detail else ""


def _receipt(post: Mapping[str, Any]) -> Receipt:
    network_id = str(post["id"])
    return Receipt(network_id, f"https://x.com/i/web/status/{network_id}")


def _as_written(post: Mapping[str, Any]) -> str:
    """Return the text of a post as it was sent: X escapes it and rewrites its links to t.co."""
    text = html.unescape(post["text"])
    for link in post.get("entities", {}).get("urls", []):
        text = text.replace(link["url"], link["expanded_url"])
    return text


def _comparable(text: str) -> str:
    # X writes a protocol before bare domains, and trims and joins white space.
    normal = re.sub(r"https?://", "", unicodedata.normalize("NFC", text), flags=re.IGNORECASE)
    return " ".join(normal.split())
