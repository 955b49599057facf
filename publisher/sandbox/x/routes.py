"""What one call may do: its name, and which scopes of OAuth 2.0 it needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from publisher.sandbox.x.accounts import Account, Caller
from publisher.sandbox.x.answers import Answer
from publisher.sandbox.x.faults import Fault
from publisher.sandbox.x.request import Request

READING = frozenset({"tweet.read", "users.read"})
WRITING = READING | {"tweet.write"}
UPLOADING = frozenset({"media.write"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that was let in: `id` is the one in its path, `fault` what is to go wrong."""

    request: Request
    caller: Caller
    now: datetime
    id: str = ""
    fault: Fault | None = None

    @property
    def account(self) -> Account:
        return self.caller.account


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path, which may have one `:id`.

    Scopes: https://docs.x.com/fundamentals/authentication/guides/v2-authentication-mapping.
    """

    name: str
    do: Callable[[Asked], Answer]
    scopes: frozenset[str]

    def takes(self, request: Request) -> re.Match[str] | None:
        pattern = re.escape(self.name).replace(":id", "([0-9]{1,19})")
        return re.fullmatch(pattern, f"{request.method} {request.path}")
