"""Servers that somebody named: which may be called, and how."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from httpx import BaseTransport


def address(typed: str) -> str:
    """Return the URL of a server that somebody named; raises Refused where none may be called."""
    # Only who has to do with such servers needs what fetches.
    from publisher.fetching import servers

    return servers.address(typed, own=settings.PUBLISHER_OWN_ADDRESSES)


def guarded(url: str) -> "BaseTransport":
    """Return what connects to a server that somebody named, and judges it at every connect."""
    from publisher.fetching import servers

    return servers.transport(url, own=settings.PUBLISHER_OWN_ADDRESSES)
