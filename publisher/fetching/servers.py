"""Servers that a person names and that are called again and again: a Mastodon, a PDS, a webhook.

They are judged as what is fetched is, when they are named and at every connect. `own` are ranges of
addresses inside the house, which may have servers of its own there.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network

import httpx

from publisher import fetching
from publisher.errors import Refused
from publisher.fetching.guarding import Address, Guard, GuardedCalls, is_public, resolve

Ranges = Sequence[IPv4Network | IPv6Network]
Resolve = Callable[[str], list[Address]]

# Less than a worker has for a post; a picture has to be through by then.
CALL_SECONDS = 25.0


def address(typed: str, *, own: Ranges, resolve: Resolve = resolve) -> str:
    """Return the URL of a named server, without a slash behind its host; `https://` may be missing.

    Raises Refused where it may not be called, as `fetching.check` does, and for `http://` to
    outside the house: what is sent has a secret in it.
    """
    url = typed.strip() if "://" in typed else f"https://{typed.strip()}"
    guard = Guard(lambda each: is_public(each) or _is_own(each, own), resolve)
    target = httpx.URL(fetching.check(url, guard=guard))
    if target.scheme == "http":
        for each in guard.addresses(target.host, guard.seconds):
            if not _is_own(each, own):
                raise Refused(f"{target.host} would be sent a secret in the clear; use https://.")
    # Behind a path it counts: for many a receiver the one without is another, or none.
    return str(target).removesuffix("/") if target.path == "/" else str(target)


def transport(url: str, *, own: Ranges, resolve: Resolve = resolve) -> httpx.BaseTransport:
    """Return what connects to a named server; it raises Refused for one that may not be called."""
    is_plain = httpx.URL(url).scheme == "http"

    def is_allowed(each: Address) -> bool:
        return _is_own(each, own) or (is_public(each) and not is_plain)

    return GuardedCalls(Guard(is_allowed, resolve, seconds=CALL_SECONDS))


def _is_own(address: Address, own: Ranges) -> bool:
    return any(address in each for each in own)
