"""Who is asked about the DNS."""

from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

from django.conf import settings


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


def names() -> Names:
    """Return what asks the DNS."""
    # Only who looks needs dnspython, and no mail worker does.
    from publisher.channels.dns import Resolver

    return Resolver(settings.PUBLISHER_DNS_SERVER)


def own_address() -> IPv4Address | IPv6Address | None:
    """Return the address that this host's connections come from, None where it has none."""
    from publisher.channels.dns import own_address as seen_from_here

    return seen_from_here()
