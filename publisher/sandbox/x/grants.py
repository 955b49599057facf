"""What accounts have allowed to apps: codes, access tokens, and refresh tokens that are used once.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code; RFC 6749 and, for what
happens when a used token comes again, RFC 9700, section 4.14.2. Only a running stand-in knows them.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from publisher.sandbox.x.accounts import Account, Caller

# https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token, step 3.
CODE_FOR = timedelta(seconds=30)
ACCESS_FOR = timedelta(seconds=7200)
OFFLINE = "offline.access"


class NotGranted(Exception):
    """What was given entitles to nothing; the sentence is X's."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What an account allowed, and the challenge that whoever takes it up has to answer."""

    client_id: str
    account: Account
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens; `refresh` is "" where nobody allowed it."""

    access: str
    refresh: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Grant:
    number: int
    consent: Consent


class Grants:
    """Every grant that stands, and every token ever given out for one."""

    def __init__(self) -> None:
        self._standing: set[int] = set()
        self._given = 0
        self._codes: dict[str, tuple[_Grant, datetime]] = {}
        self._access: dict[str, tuple[_Grant, datetime]] = {}
        self._refresh: dict[str, _Grant] = {}
        self._used: set[str] = set()
        self._lock = Lock()

    def allow(self, consent: Consent, *, now: datetime) -> str:
        """Return the code that gets the tokens, once and soon."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._given += 1
            self._standing.add(self._given)
            self._codes[code] = (_Grant(self._given, consent), now + CODE_FOR)
        return code

    def exchange(
        self, code: str, client_id: str, redirect_uri: str, verifier: str, *, now: datetime
    ) -> Tokens:
        """Return the first tokens for a code; raises NotGranted."""
        with self._lock:
            grant, until = self._codes.get(code, (None, now))
            if grant is None or grant.consent.client_id != client_id:
                raise NotGranted("Value passed for the authorization code was invalid.")
            self._use_once(code, grant)
            if now >= until:
                raise NotGranted("Value passed for the authorization code was invalid.")
            if redirect_uri != grant.consent.redirect_uri:
                raise NotGranted(
                    "Value passed for the redirect uri did not match the uri of the"
                    " authorization code."
                )
            if not hmac.compare_digest(challenge_of(verifier), grant.consent.challenge):
                raise NotGranted(
                    "Value passed for the code verifier did not match the code challenge."
                )
            return self._issue(grant, now)

    def refresh(self, token: str, client_id: str, *, now: datetime) -> Tokens:
        """Return the next tokens for a refresh token, which is worth nothing from now on."""
        with self._lock:
            grant = self._refresh.get(token)
            if grant is None or grant.consent.client_id != client_id:
                raise NotGranted("Value passed for the token was invalid.")
            self._use_once(token, grant)
            return self._issue(grant, now)

    def revoke(self, token: str, client_id: str) -> None:
        """End a grant by either of its tokens; one that is not known is revoked already."""
        with self._lock:
            grant = self._refresh.get(token) or self._access.get(token, (None,))[0]
            if grant is not None and grant.consent.client_id == client_id:
                self._standing.discard(grant.number)

    def caller(self, access_token: str, *, now: datetime) -> Caller | None:
        """Return whose call it is that brings this token, None where it is worth nothing."""
        with self._lock:
            grant, until = self._access.get(access_token, (None, now))
            if grant is None or grant.number not in self._standing or now >= until:
                return None
        consent = grant.consent
        return Caller(consent.account, consent.client_id, frozenset(consent.scopes))

    def _use_once(self, secret: str, grant: _Grant) -> None:
        if secret in self._used:
            # Two have it, and one of them stole it: neither keeps anything.
            self._standing.discard(grant.number)
        self._used.add(secret)
        if grant.number not in self._standing:
            raise NotGranted("Value passed for the token was invalid.")

    def _issue(self, grant: _Grant, now: datetime) -> Tokens:
        scopes = grant.consent.scopes
        refresh = secrets.token_urlsafe(32) if OFFLINE in scopes else ""
        tokens = Tokens(secrets.token_urlsafe(32), refresh, scopes)
        self._access[tokens.access] = (grant, now + ACCESS_FOR)
        if refresh:
            self._refresh[refresh] = grant
        return tokens


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge that a verifier answers (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
