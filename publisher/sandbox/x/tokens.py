"""Where apps get, renew and give back tokens (RFC 6749, 7009; X's sentences)."""

import hmac
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, unquote

from publisher.sandbox.x.accounts import Client
from publisher.sandbox.x.answers import Answer, in_json
from publisher.sandbox.x.grants import ACCESS_FOR, Grants, NotGranted, Tokens
from publisher.sandbox.x.request import Request

Form = Mapping[str, str]


class _Unfit(Exception):
    """The request is refused with a status, one of RFC 6749's errors and a sentence."""

    def __init__(self, status: int, error: str, sentence: str) -> None:
        super().__init__(error)
        self.answer = in_json(status, {"error": error, "error_description": sentence})


class TokenDesk:
    """The routes below /2/oauth2."""

    def __init__(self, clients: Mapping[str, Client], grants: Grants) -> None:
        self._clients = clients
        self._grants = grants

    def token(self, request: Request, now: datetime) -> Answer:
        """Answer with tokens for a code or for a refresh token."""
        try:
            form, client_id = self._read(request)
            return _shown(self._tokens(form, client_id, now))
        except _Unfit as unfit:
            return unfit.answer
        except NotGranted as reason:
            return _Unfit(400, "invalid_request", str(reason)).answer

    def revoke(self, request: Request, _: datetime) -> Answer:
        try:
            form, client_id = self._read(request)
            self._grants.revoke(_needed(form, "token"), client_id)
        except _Unfit as unfit:
            return unfit.answer
        return in_json(200, {"revoked": True})

    def _tokens(self, form: Form, client_id: str, now: datetime) -> Tokens:
        match _needed(form, "grant_type"):
            case "authorization_code":
                code, verifier = _needed(form, "code"), _needed(form, "code_verifier")
                redirect_uri = _needed(form, "redirect_uri")
                return self._grants.exchange(code, client_id, redirect_uri, verifier, now=now)
            case "refresh_token":
                return self._grants.refresh(_needed(form, "refresh_token"), client_id, now=now)
        raise _Unfit(400, "unsupported_grant_type", "Value passed for the grant type is unknown.")

    def _read(self, request: Request) -> tuple[Form, str]:
        """Return the form and the client that sent it and proved it."""
        if not request.is_form:
            raise _Unfit(400, "invalid_request", "The content type is not that of a form.")
        form = dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
        client_id, secret = _basic(request.call.authorization)
        client_id = client_id or _needed(form, "client_id")
        client = self._clients.get(client_id)
        if client is None:
            raise _Unfit(401, "invalid_client", "Value passed for the client id was invalid.")
        # A public client has nothing to prove, and a secret that it sends is a mistake.
        if not hmac.compare_digest(secret.encode(), client.secret.encode()):
            raise _Unfit(401, "unauthorized_client", "Missing valid authorization header")
        return form, client_id


def _basic(authorization: str) -> tuple[str, str]:
    """Return client id and secret of a Basic header, empty where there is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return "", ""
    return unquote(client_id), unquote(secret)


def _needed(form: Form, name: str) -> str:
    if not form.get(name):
        raise _Unfit(400, "invalid_request", f"Missing required parameter [{name}].")
    return form[name]


def _shown(tokens: Tokens) -> Answer:
    shape = {
        "token_type": "bearer",
        "expires_in": int(ACCESS_FOR.total_seconds()),
        "access_token": tokens.access,
        "scope": " ".join(tokens.scopes),
    }
    if tokens.refresh:
        shape["refresh_token"] = tokens.refresh
    return in_json(200, shape).with_headers(("Cache-Control", "no-store"))
