"""Who is asking: an account by its signature (OAuth 1.0a) or by a token (OAuth 2.0)."""

from collections.abc import Mapping
from datetime import datetime

from publisher.sandbox.x.accounts import Accounts, Caller, Keys
from publisher.sandbox.x.grants import Grants
from publisher.sandbox.x.signatures import Call, Signatures, Unauthorized


class Gate:
    """Lets in what an account stands behind."""

    def __init__(self, keys: Mapping[str, Keys], accounts: Accounts, grants: Grants) -> None:
        self._keys = keys
        self._accounts = accounts
        self._grants = grants
        self._signatures = Signatures(keys)

    def caller(self, call: Call, *, now: datetime) -> Caller:
        """Return whose call it is; raises Unauthorized."""
        scheme, _, token = call.authorization.partition(" ")
        if scheme.lower() != "bearer":
            token = self._signatures.account(call, now=now)
            return Caller(self._accounts.by_token(token), self._keys[token].consumer_key)
        caller = self._grants.caller(token.strip(), now=now)
        if caller is None:
            raise Unauthorized("this token is worth nothing")
        return caller
