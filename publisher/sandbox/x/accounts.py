"""Who may call: the accounts and apps that the stand-in knows."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from publisher.social.text import LIMIT

# https://docs.x.com/x-api/posts/create-post: what accounts with X Premium may write.
PREMIUM_LIMIT = 25_000


class Keys(NamedTuple):
    """What the stand-in knows of an account, by its access token of OAuth 1.0a."""

    consumer_key: str
    consumer_secret: str
    access_token_secret: str
    screen_name: str
    premium: bool = False


class Client(NamedTuple):
    """An app of OAuth 2.0, by its client id; without a `secret` it is a public one."""

    redirect_uris: tuple[str, ...]
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of X; `id` is decimal."""

    id: str
    screen_name: str
    premium: bool = False

    @property
    def limit(self) -> int:
        """How much its posts may weigh."""
        return PREMIUM_LIMIT if self.premium else LIMIT


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call it is: an account's, through an app; None as scopes are all of them."""

    account: Account
    app: str
    scopes: frozenset[str] | None = None

    def may(self, needed: frozenset[str]) -> bool:
        return self.scopes is None or needed <= self.scopes


class Accounts:
    """Every account, found by what a call names it with."""

    def __init__(self, keys: Mapping[str, Keys]) -> None:
        self._by_token = {
            token: Account(_user_id(token), its.screen_name, its.premium)
            for token, its in keys.items()
        }

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_token.values())

    def by_token(self, access_token: str) -> Account:
        return self._by_token[access_token]

    def by_id(self, user_id: str) -> Account | None:
        return next((each for each in self._by_token.values() if each.id == user_id), None)

    def by_name(self, screen_name: str) -> Account | None:
        found = (each for each in self._by_token.values() if each.screen_name == screen_name)
        return next(found, None)


def _user_id(access_token: str) -> str:
    # X's own access tokens begin with the account's id.
    owner, dash, _ = access_token.partition("-")
    if dash and owner.isdecimal():
        return owner
    return str(int(hashlib.sha256(access_token.encode()).hexdigest()[:12], 16))
