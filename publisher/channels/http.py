"""A line to a network that is spoken to by HTTP: what is asked, and what the answer means.

The question that decides everything is whether a call that went wrong may have been heard. Nothing
left this house: Temporary. It left, and no answer that can be read came back: Unknown for a call
that may be made only once, Temporary for one that may be made again.
"""

import json
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from typing import Any, TypeVar

import httpx

from publisher.channels import ChannelError, Permanent, Temporary, Unauthorized, Unknown
from publisher.errors import Refused

T = TypeVar("T")
# A value of a query or a form; a sequence stands there once for each of its items.
Value = str | int | Sequence[str]

# How long to wait for a connection, and then for each piece of the answer.
TIMEOUTS_SECONDS = (5.0, 15.0)
# For the rest of an answer, once its head is here: one that drips holds up a worker no longer.
BODY_SECONDS = 10.0
# A page of 40 posts, each with its account, pictures and preview, is well below 1 MB.
MOST_OCTETS = 5_000_000
# As X's channel: what a network says stands on a row and in the desk.
LONGEST_WORDS = 300
USER_AGENT = "Publisher/0.1 (+posts of a newsroom)"

# The request was not begun when httpx raises one of these.
_NOTHING_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
# The first that is there counts.
_TIMES = ("retry-after", "x-ratelimit-reset", "ratelimit-reset")
# More seconds than this are no wait but a moment, counted since 1970.
_LONGEST_WAIT_SECONDS = 10 * 365 * 86_400
# RFC 9110 section 15.5.9: the server gave up on waiting, and nobody knows for what.
_REQUEST_TIMEOUT = 408


class Gone(Permanent):
    """What the call is about is not there (404, 410), which is just right for who deletes."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a network is asked: `json`, `form` (with `files`, if any) or `content`, or nothing.

    `path` is put behind the line's base URL; a whole URL stays as it is, and is sent the line's
    headers, too. A file is its name, its content and its media type.
    """

    method: str
    path: str
    query: Mapping[str, Value] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    form: Mapping[str, Value] = field(default_factory=dict, repr=False)
    files: Mapping[str, tuple[str, bytes, str]] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of `headers` are found in any case."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the body; raises ValueError where it is no JSON."""
        return json.loads(self.body)


def _no_words(_: Answer) -> str:
    return ""


def _nothing_special(_: Answer, __: str, ___: datetime | None) -> None:
    return None


class Line:
    """Calls of one account on one network; connections are kept until `close`.

    `headers` go with every call, and `secrets` are what no error may repeat, should the network
    say them; both show nowhere. `words` finds what the network says in an answer that is no
    success; `meaning` returns what only this network means by such an answer, None for the usual,
    and is handed those words in brackets, to put into its own. `transport` is what connects, in
    place of httpx's own: the guarded one for an address that a person typed.
    """

    def __init__(  # all that tells one network from another
        self,
        network: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
        words: Callable[[Answer], str] = _no_words,
        meaning: Callable[[Answer, str, datetime | None], ChannelError | None] = _nothing_special,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._network = network
        self._base_url = base_url.rstrip("/")
        self._secrets = secrets
        self._words = words
        self._meaning = meaning
        connect, read = timeouts
        self._body_seconds = min(BODY_SECONDS, read)
        self._client = httpx.Client(
            # Compressed answers could grow without a bound: nobody asks for them.
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | dict(headers or {}),
            timeout=httpx.Timeout(read, connect=connect),
            # A redirect would repeat a post somewhere else, with its token.
            follow_redirects=False,
            trust_env=False,
            verify=_certificates(),
            transport=transport,
        )

    def post(self, call: Call, read: Callable[[Answer], T], *, now: datetime | None) -> T:
        """Make a call that must not be made twice; return what `read` makes of its success.

        Raises Unknown wherever it may have been heard; see publisher/channels/__init__.py.
        """
        answer = self._answered(call)
        if not 200 <= answer.status < 300:
            raise self._error(answer, now)
        try:
            return read(answer)
        except _UNREADABLE as error:
            raise Unknown(
                f"{self._network} answered, but in a way that nobody can read."
            ) from error

    def ask(self, call: Call, read: Callable[[Answer], T], *, now: datetime | None = None) -> T:
        """Make a call that does no harm however often it is made: nothing about it is Unknown.

        Without `now` a Temporary names only times that the network names as such.
        """
        try:
            return self.post(call, read, now=now)
        except Unknown as error:
            raise Temporary(error.reason) from error

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _answered(self, call: Call) -> Answer:
        try:
            response = self._client.send(self._request(call), stream=True)
            with closing(response):
                return Answer(response.status_code, response.headers, self._body(response))
        except Refused as refusal:
            # The guard of typed addresses looks before it connects.
            raise Permanent(str(refusal), stops_account=True) from refusal
        except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError):
            # A token with an accent or a line break, say; from None, for the error would show it.
            reason = f"{self._network} cannot be called with these credentials; enter them again."
            raise Permanent(reason, stops_account=True) from None
        except _NOTHING_LEFT as error:
            reason = f"{self._network} cannot be reached: no connection came about."
            raise Temporary(reason) from error
        except httpx.HTTPError as error:
            reason = f"The line to {self._network} broke before its answer was here."
            raise Unknown(reason) from error

    def _request(self, call: Call) -> httpx.Request:
        is_whole = call.path.startswith(("http://", "https://"))
        return self._client.build_request(
            call.method,
            call.path if is_whole else self._base_url + call.path,
            params=dict(call.query) or None,
            json=call.json,
            data=dict(call.form) or None,
            files=dict(call.files) or None,
            content=call.content or None,
            headers=dict(call.headers),
        )

    def _body(self, response: httpx.Response) -> bytes:
        ends = time.monotonic() + self._body_seconds
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > MOST_OCTETS:
                raise Unknown(f"{self._network} answers with more than {MOST_OCTETS:,} octets.")
            if time.monotonic() > ends:
                raise Unknown(f"{self._network} does not come to the end of its answer.")
        return bytes(body)

    def _error(self, answer: Answer, now: datetime | None) -> ChannelError:
        """Return what an answer that is no success means for the post and for its account."""
        network, said = self._network, self._said(answer)
        if special := _read(partial(self._meaning, answer, said, now)):
            return special
        match answer.status:
            case 401:
                return Unauthorized(_refused(network, said))
            case 403:
                return Permanent(_refused(network, said), stops_account=True)
            case 402:
                return Permanent(f"{network} wants to be paid first{said}.", stops_account=True)
            case 429:
                reason = f"{network} takes no more from this account for now{said}."
                return Temporary(reason, retry_at(answer, now))
            case 404 | 410:
                return Gone(f"{network} has no such thing{said}.")
            case status if status >= 500 or status == _REQUEST_TIMEOUT:
                reason = f"{network} failed with status {status}{said}"
                return Unknown(f"{reason}; what it was asked may be done.")
            case status if status < 400:
                return Permanent(f"{network} redirects elsewhere, where nothing of ours goes.")
            case status:
                return Permanent(f"{network} refused it with status {status}{said}; correct it.")

    def _said(self, answer: Answer) -> str:
        words = _read(partial(self._words, answer))
        return quoted(self._network, str(words or ""), self._secrets)


def quoted(network: str, words: str, secrets: Sequence[str]) -> str:
    """Return the network's own words in brackets, in one line of bounded length; "" for none."""
    line = " ".join(words.split())
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        line = line.replace(secret, "…")
    line = line[:LONGEST_WORDS].rstrip(". ")
    return f" ({network} says: {line})" if line else ""


@cache
def _certificates() -> ssl.SSLContext:
    # Reading them takes longer than a post.
    return httpx.create_ssl_context(trust_env=False)


def _refused(network: str, said: str) -> str:
    return f"{network} does not accept the account's credentials{said}; connect it again."


def _read(reading: Callable[[], T]) -> T | None:
    """Return what is read out of an answer that is no success, None where it is all different."""
    try:
        return reading()
    except _UNREADABLE:
        return None


def retry_at(answer: Answer, now: datetime | None) -> datetime | None:
    """Return when an answer says to come back; None where it does not say, or says the past."""
    moments = (_moment(answer.headers.get(name, "").strip(), now) for name in _TIMES)
    return next((each for each in moments if each and (now is None or each > now)), None)


def _moment(said: str, now: datetime | None) -> datetime | None:
    """Return a moment that is written in any of the usual ways.

    RFC 9110 section 10.2.3 has seconds from now and dates; Bluesky counts since 1970, and Mastodon
    writes ISO 8601.
    """
    try:
        if said.isdecimal():
            seconds = int(said)
            if seconds > _LONGEST_WAIT_SECONDS:
                return datetime.fromtimestamp(seconds, UTC)
            return now + timedelta(seconds=seconds) if now else None
        moment = datetime.fromisoformat(said) if said[:1].isdigit() else parsedate_to_datetime(said)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
