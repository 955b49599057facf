"""The page where a person allows an app to post: one button, and back to the app with a code.

https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token, steps 1 and 2.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from publisher.sandbox.x.accounts import Accounts, Client
from publisher.sandbox.x.answers import Answer
from publisher.sandbox.x.grants import OFFLINE, Consent, Grants
from publisher.sandbox.x.pages import page
from publisher.sandbox.x.request import Request
from publisher.sandbox.x.routes import READING, UPLOADING, WRITING

SCOPES = READING | WRITING | UPLOADING | {OFFLINE}
# X takes no longer one.
LONGEST_STATE = 500

_PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
# A SHA-256 in base64url (RFC 7636, section 4.2).
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What an app asks a person for."""

    given: Mapping[str, str]

    @classmethod
    def of(cls, parameters: str, clients: Mapping[str, Client]) -> Self:
        """Read a query or a form; raises ValueError with a sentence where X would not take it."""
        given = dict(parse_qsl(parameters, keep_blank_values=True))
        if missing := [name for name in _PARAMETERS if not given.get(name)]:
            raise ValueError(f"The parameter '{missing[0]}' is missing.")
        client = clients.get(given["client_id"])
        if client is None:
            raise ValueError("The client id is not known.")
        if given["redirect_uri"] not in client.redirect_uris:
            raise ValueError("The redirect URI is not, letter by letter, a registered one.")
        if given["response_type"] != "code" or given["code_challenge_method"] != "S256":
            raise ValueError("Only the response type 'code' and the method 'S256' are taken.")
        if not _CHALLENGE.fullmatch(given["code_challenge"]):
            raise ValueError("The code challenge is no SHA-256 in base64url.")
        if len(given["state"]) > LONGEST_STATE:
            raise ValueError(f"The state is longer than {LONGEST_STATE} characters.")
        if unknown := set(given["scope"].split()) - SCOPES:
            raise ValueError(f"The scope '{min(unknown)}' is not known.")
        return cls(given)

    @property
    def fields(self) -> dict[str, str]:
        return {name: self.given[name] for name in _PARAMETERS}


class ConsentDesk:
    """The routes at /i/oauth2/authorize."""

    def __init__(self, clients: Mapping[str, Client], accounts: Accounts, grants: Grants) -> None:
        self._clients = clients
        self._accounts = accounts
        self._grants = grants

    def ask(self, request: Request, _: datetime) -> Answer:
        """Show what is wanted, and the button."""
        try:
            wish = _Wish.of(request.query, self._clients)
        except ValueError as error:
            return _refusal(error)
        names = [each.screen_name for each in self._accounts]
        target = urlsplit(wish.given["redirect_uri"])
        # Chromium asks form-action about where a form's answer redirects to, too.
        form_action = f"'self' {target.scheme}://{target.netloc}"
        scopes = wish.given["scope"].split()
        return page(
            200, "consent.html", form_action, fields=wish.fields, scopes=scopes, accounts=names
        )

    def allow(self, request: Request, now: datetime) -> Answer:
        """Send the person back to the app with a code."""
        form = request.body.decode("latin-1")
        try:
            wish = _Wish.of(form, self._clients)
        except ValueError as error:
            return _refusal(error)
        account = self._accounts.by_name(dict(parse_qsl(form)).get("account", ""))
        if account is None:
            return _refusal(ValueError("The account is not known."))
        given = wish.given
        scopes = tuple(given["scope"].split())
        uri = given["redirect_uri"]
        consent = Consent(given["client_id"], account, scopes, uri, given["code_challenge"])
        code = self._grants.allow(consent, now=now)
        back = urlencode({"state": given["state"], "code": code})
        location = f"{uri}{'&' if '?' in uri else '?'}{back}"
        return Answer(302, b"", headers=(("Location", location),))


def _refusal(error: ValueError) -> Answer:
    return page(400, "refused.html", "'none'", sentence=str(error))
