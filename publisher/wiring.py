"""The one place where channels are built out of settings and stored credentials."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

from publisher import clock, secrecy
from publisher.channels import Permanent, mailboxes, smtp
from publisher.channels.esp.services import SERVICES as SERVICES
from publisher.channels.mail import Carrier
from publisher.channels.posts import Network as Network
from publisher.errors import Refused

if TYPE_CHECKING:
    from httpx import BaseTransport

    from publisher.channels.x import App as App


class Names(Protocol):
    """What can be asked of the DNS; see publisher/channels/dns.py."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name."""

    def exchanges(self, name: str) -> list[str]:
        """Return the mail servers of a domain, the preferred first."""

    def addresses(self, name: str) -> list[IPv4Address | IPv6Address]:
        """Return the addresses of a host."""

    def names(self, address: IPv4Address | IPv6Address) -> list[str]:
        """Return the names that an address leads back to."""


def _x(secrets: dict[str, str]) -> Network:
    # Only who posts needs tweepy: a mail worker is smaller and starts faster without it.
    from publisher.channels.x import X, credentials

    return X(
        credentials.read(secrets),
        api_url=settings.PUBLISHER_X_API_URL,
        upload_url=settings.PUBLISHER_X_UPLOAD_URL,
    )


def verifier() -> str:
    """Return a new secret for connecting one account, to be kept until its owner is back."""
    from publisher.channels.x import verifier as new

    return new()


def x_app(client_id: str, client_secret: str, redirect_uri: str) -> "App":
    """Return what connects accounts on X to the newsroom's app there; see channels/x."""
    from publisher.channels.x import App

    return App(
        client_id,
        client_secret,
        redirect_uri,
        api_url=settings.PUBLISHER_X_API_URL,
        page=settings.PUBLISHER_X_AUTHORIZE_URL,
    )


def _mastodon(secrets: dict[str, str]) -> Network:
    from publisher.channels.mastodon import Credentials, Mastodon

    return Mastodon(Credentials(**secrets), transport=guarded(secrets["instance"]))


def _bluesky(secrets: dict[str, str]) -> Network:
    from publisher.channels.bluesky import Bluesky, Credentials

    typed = secrets.get("service", "")
    return Bluesky(Credentials(**secrets), transport=guarded(typed) if typed else None)


def _telegram(secrets: dict[str, str]) -> Network:
    from publisher.channels.telegram import Credentials, Telegram

    server = secrets.get("server", "")
    return Telegram(Credentials(**secrets), transport=guarded(server) if server else None)


def _facebook(secrets: dict[str, str]) -> Network:
    from publisher.channels.facebook import Credentials, Facebook

    return Facebook(Credentials(**secrets))


def _threads(secrets: dict[str, str]) -> Network:
    from publisher.channels.threads import Credentials, Threads

    return Threads(Credentials(**secrets))


def _linkedin(secrets: dict[str, str]) -> Network:
    from publisher.channels.linkedin import Credentials, LinkedIn

    return LinkedIn(Credentials(**secrets))


def _webhook(secrets: dict[str, str]) -> Network:
    from publisher.channels.webhook import Credentials, Webhook

    return Webhook(Credentials(**secrets), clock=clock.now, transport=guarded(secrets["url"]))


def _check_webhook(secrets: dict[str, str]) -> None:
    from publisher.channels.webhook import signing_key

    signing_key(secrets["secret"])


def _check_nothing(_: dict[str, str]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """What has to be known of a network before it is asked for anything.

    `needs` are the credentials without which nothing goes, `instead` others that do as well,
    `takes` those that it may have besides, and `addresses` those of them that are URLs of servers
    that somebody named. `keeps` are those that the network itself gives.
    `most_figures` is for how many posts it tells figures in one call, 0: for none.
    Credentials that somebody enters hold for as long as `lives` says at most, None: nobody knows;
    those that `renews` are renewed when they end within `renew_before`. Those that are good for
    nothing but a login live for no time: what it gives is kept, or every worker would log in anew.
    A second call for the same message `repeats_harmlessly` where the network knows it by its key.
    `check` raises Refused for credentials that cannot be right.
    """

    make: Callable[[dict[str, str]], Network]
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    has_threads: bool = True
    has_uploads: bool = True
    shows_posts: bool = True
    deletes: bool = True
    repeats_harmlessly: bool = False
    lives: timedelta | None = None
    renews: bool = False
    renew_before: timedelta = timedelta(minutes=5)
    most_figures: int = 0
    check: Callable[[dict[str, str]], None] = _check_nothing

    def needed(self, given: Collection[str]) -> tuple[str, ...]:
        """Return `needs` or `instead`, whichever more of `given` belongs to."""
        return max(self.needs, self.instead, key=lambda way: len(set(way).intersection(given)))


_NO_TIME = timedelta(0)
# Threads and LinkedIn say so of their tokens.
_TWO_MONTHS = timedelta(days=60)
# Long before that, because nobody knows how old a token was when it was entered.
_SIX_WEEKS = timedelta(weeks=6)

NETWORKS: dict[str, Kind] = {
    "x": Kind(
        _x,
        # OAuth 1.0a, or 2.0.
        needs=("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
        instead=("client_id", "oauth2_access_token", "oauth2_refresh_token"),
        takes=("client_secret",),
        # An access token of OAuth 2.0 holds for two hours, and nobody knows how many are over.
        lives=_NO_TIME,
        renews=True,
        most_figures=100,
    ),
    "bluesky": Kind(
        _bluesky,
        ("identifier", "app_password"),
        takes=("service",),
        keeps=("access_jwt", "refresh_jwt", "did"),
        addresses=("service",),
        repeats_harmlessly=True,
        renews=True,
        lives=_NO_TIME,
        # app.bsky.feed.getPosts.
        most_figures=25,
    ),
    "mastodon": Kind(
        _mastodon, ("instance", "access_token"), addresses=("instance",), most_figures=10
    ),
    "telegram": Kind(
        _telegram,
        ("bot_token", "chat_id"),
        takes=("server",),
        addresses=("server",),
        has_uploads=False,
        shows_posts=False,
    ),
    "facebook": Kind(
        _facebook,
        ("page_id", "access_token"),
        takes=("app_secret",),
        has_threads=False,
        most_figures=10,
    ),
    "threads": Kind(
        _threads,
        ("user_id", "access_token"),
        lives=_TWO_MONTHS,
        renews=True,
        renew_before=_SIX_WEEKS,
        most_figures=10,
    ),
    "linkedin": Kind(
        _linkedin,
        ("organization", "access_token"),
        takes=("refresh_token", "client_id", "client_secret"),
        has_threads=False,
        lives=_TWO_MONTHS,
        renews=True,
        renew_before=_SIX_WEEKS,
        most_figures=50,
    ),
    "webhook": Kind(
        _webhook,
        ("url", "secret"),
        takes=("account",),
        addresses=("url",),
        has_uploads=False,
        shows_posts=False,
        repeats_harmlessly=True,
        check=_check_webhook,
    ),
}


def network(name: str, secrets: dict[str, str]) -> Network:
    """Return the channel to a network with an account's credentials.

    Raises Refused where one is missing.
    """
    kind = NETWORKS[name]
    needed = kind.needed(secrets)
    if missing := [key for key in needed if not secrets.get(key)]:
        raise Refused(f"The account on {name} has no {missing[0].replace('_', ' ')}; give it one.")
    return kind.make(
        {key: secrets[key] for key in needed + kind.takes + kind.keeps if key in secrets}
    )


def kept_network(name: str, secrets: dict[str, str]) -> Network:
    """Return the same channel as long as this thread asks with the same credentials.

    So a post does not wait for a connection that the one before it has made. The channel that was
    used longest ago is closed where a thread has many.
    """
    key = (name, *sorted(secrets.items()))
    known: OrderedDict[tuple[object, ...], Network] = _of_thread.__dict__.setdefault(
        "networks", OrderedDict()
    )
    if key not in known:
        known[key] = network(name, secrets)
    known.move_to_end(key)
    if len(known) > _MOST_KEPT:
        known.popitem(last=False)[1].close()
    return known[key]


def close_networks() -> None:
    """Part from the networks that this thread has kept."""
    for each in _of_thread.__dict__.pop("networks", {}).values():
        each.close()


# Sessions are not for several threads at once.
_of_thread = threading.local()
_MOST_KEPT = 8


def address(typed: str) -> str:
    """Return the URL of a server that somebody named; raises Refused where none may be called."""
    # Only who has to do with such servers needs what fetches.
    from publisher.fetching import servers

    return servers.address(typed, own=settings.PUBLISHER_OWN_ADDRESSES)


def guarded(url: str) -> "BaseTransport":
    """Return what connects to a server that somebody named, and judges it at every connect."""
    from publisher.fetching import servers

    return servers.transport(url, own=settings.PUBLISHER_OWN_ADDRESSES)


class Way(Protocol):
    """Who takes mail: a relay's row, or the settings in place of one; `url` is "" for a row."""

    @property
    def name(self) -> str:
        """Return what tells it from all others."""

    @property
    def kind(self) -> str:
        """Return "smtp", or a mail service's name."""

    @property
    def sealed(self) -> bytes:
        """Return its credentials, sealed."""

    @property
    def url(self) -> str:
        """Return where it is, in the clear."""


def carrier(way: Way, lane: str) -> Carrier:
    """Return the carrier of a relay for a lane: never the connections of another lane.

    They are kept as long as the process, or until the relay has other credentials; those of before
    end by themselves, when the server hangs up on the idle. Raises Permanent.
    """
    made_of = (way.kind, way.sealed, way.url)
    known = _carriers.get((way.name, lane))
    if known is None or known[0] != made_of:
        known = _carriers[way.name, lane] = (made_of, _carrier(way))
    return known[1]


def keeps_signatures(kind: str) -> bool:
    """Return whether what is signed leaves as it is; many services put a mail together anew."""
    return kind == "smtp" or SERVICES[kind].takes_bytes


async def close_carriers() -> None:
    """Part from all relays, in the loop that their connections belong to."""
    known = [each for _, each in _carriers.values()]
    _carriers.clear()
    for each in known:
        await each.close()


# Of this process, by relay and lane; and of which credentials each was made.
_carriers: dict[tuple[str, str], tuple[tuple[str, bytes, str], Carrier]] = {}


def _carrier(way: Way) -> Carrier:
    try:
        secrets = {"url": way.url} if way.url else secrecy.unseal(way.sealed)
        if way.kind == "smtp":
            return smtp.Relay(smtp.parse(secrets["url"]), heir=heir())
    except Refused as refusal:
        raise Permanent(str(refusal), stops_account=True) from refusal
    # Only who sends by a mail service needs what speaks to it.
    from publisher.channels.esp.carrier import Service

    return Service(way.kind, secrets)


def mailbox(secrets: dict[str, str]) -> AbstractContextManager[mailboxes.Box]:
    """Return what opens a mailbox of returned mail; raises Refused where its URL is none."""
    return mailboxes.opened(mailboxes.parse(secrets["url"]))


@cache
def heir() -> smtp.Heir:
    """Return the process's heir, for all of its relays; nothing is started before it is needed."""
    return smtp.Heir()


def names() -> Names:
    """Return what asks the DNS."""
    # Only who looks needs dnspython, and no mail worker does.
    from publisher.channels.dns import Resolver

    return Resolver(settings.PUBLISHER_DNS_SERVER)


def own_address() -> IPv4Address | IPv6Address | None:
    """Return the address that this host's connections come from, None where it has none."""
    from publisher.channels.dns import own_address as seen_from_here

    return seen_from_here()


def sandbox_smtp_url() -> str:
    """Return the address of the built-in mailbox."""
    return f"smtp://127.0.0.1:{settings.PUBLISHER_SANDBOX_SMTP_PORT}"
