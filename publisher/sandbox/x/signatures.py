"""Who is asking: checks OAuth 1.0a signatures with HMAC-SHA1 (RFC 5849)."""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import parse_qsl, quote, unquote

from publisher.sandbox.x.accounts import Keys

CLOCKS_APART = timedelta(minutes=5)

_PARAMETER = re.compile(r'\s*([a-z_]+)="([^"]*)"\s*')
_NEEDED = frozenset(
    {
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
    }
)


@dataclass(frozen=True, slots=True)
class Call:
    """A request, as far as its signature is concerned; `url` is without the query."""

    method: str
    url: str
    query: str
    authorization: str
    form: str = ""


class Unauthorized(Exception):
    """The call is not signed by an account that is known here."""


class Signatures:
    """Takes what is signed with known keys, in time, and only once."""

    def __init__(self, accounts: Mapping[str, Keys]) -> None:
        self._accounts = accounts
        self._nonces: dict[tuple[str, str], datetime] = {}
        self._lock = Lock()

    def account(self, call: Call, *, now: datetime) -> str:
        """Return the access token that `call` is signed with; raises Unauthorized."""
        given = _oauth_parameters(call.authorization)
        keys = self._accounts.get(given["oauth_token"])
        if keys is None or keys.consumer_key != given["oauth_consumer_key"]:
            raise Unauthorized("these keys are not known")
        if (
            given["oauth_signature_method"] != "HMAC-SHA1"
            or given.get("oauth_version", "1.0") != "1.0"
        ):
            raise Unauthorized("only HMAC-SHA1 of OAuth 1.0 is taken")
        expected = signature(call, given, keys)
        if not hmac.compare_digest(expected.encode(), given["oauth_signature"].encode()):
            raise Unauthorized("the signature is wrong")
        self._let_in_once(given, now)
        return given["oauth_token"]

    def _let_in_once(self, given: Mapping[str, str], now: datetime) -> None:
        stamp = given["oauth_timestamp"]
        if not (stamp.isascii() and stamp.isdecimal()):
            raise Unauthorized("the timestamp is no number")
        if abs(now.timestamp() - int(stamp)) > CLOCKS_APART.total_seconds():
            raise Unauthorized("the timestamp is out of bounds")
        nonce = (given["oauth_token"], given["oauth_nonce"])
        with self._lock:
            oldest = now - 2 * CLOCKS_APART
            self._nonces = {key: seen for key, seen in self._nonces.items() if seen > oldest}
            if nonce in self._nonces:
                raise Unauthorized("the nonce was used before")
            self._nonces[nonce] = now


def signature(call: Call, given: Mapping[str, str], keys: Keys) -> str:
    """Return what HMAC-SHA1 makes of the call under the keys (RFC 5849, section 3.4)."""
    signed = [
        (name, value) for name, value in given.items() if name not in ("oauth_signature", "realm")
    ]
    signed += parse_qsl(call.query, keep_blank_values=True)
    signed += parse_qsl(call.form, keep_blank_values=True)
    base = "&".join(map(_escaped, (call.method.upper(), call.url, _normalised(signed))))
    secret = f"{_escaped(keys.consumer_secret)}&{_escaped(keys.access_token_secret)}"
    return b64encode(hmac.digest(secret.encode(), base.encode(), hashlib.sha1)).decode()


def _oauth_parameters(authorization: str) -> dict[str, str]:
    scheme, _, rest = authorization.partition(" ")
    pairs = [_PARAMETER.fullmatch(pair) for pair in rest.split(",")]
    if scheme.lower() != "oauth" or not all(pairs):
        raise Unauthorized("the call is not signed with OAuth 1.0a")
    given = {unquote(pair[1]): unquote(pair[2]) for pair in pairs if pair}
    if len(given) != len(pairs) or not given.keys() >= _NEEDED:
        raise Unauthorized("the signature is not complete")
    return given


def _normalised(parameters: Iterable[tuple[str, str]]) -> str:
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in parameters)
    return "&".join(f"{name}={value}" for name, value in pairs)


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
