"""The domain name system; what does not exist is an empty answer.

Raises Temporary where nobody answers, or the answer is that a name server failed.
"""

import ipaddress
import socket
from typing import Any

import dns.exception
import dns.resolver
import dns.reversename

from publisher.channels import Temporary

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Server = tuple[str, int]

# A person waits, and the slowest zones answer within two.
_SECONDS = 5.0
# What passes every network in one piece (DNS flag day 2020); a DKIM key does not fit into 512.
_UDP_OCTETS = 1232
# RFC 5737: nobody's; no packet is sent to it.
_ELSEWHERE = ("192.0.2.1", 9)


class Resolver:
    """Asks one server, an IP address with its port, or those that this host is set up with."""

    def __init__(self, server: Server | None = None, *, seconds: float = _SECONDS) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=server is None)
        except dns.resolver.NoResolverConfiguration as error:
            raise Temporary("This host knows no DNS server; set PUBLISHER_DNS_SERVER.") from error
        if server:
            self._resolver.nameservers = [server[0]]
            self._resolver.port = server[1]
        self._resolver.lifetime = seconds
        self._resolver.use_edns(0, 0, _UDP_OCTETS)

    def texts(self, name: str) -> list[str]:
        """Return the TXT records, each joined of its parts."""
        found = self._ask(name, "TXT")
        return [b"".join(record.strings).decode("utf-8", "replace") for record in found]

    def exchanges(self, name: str) -> list[str]:
        """Return the mail servers, the preferred first; "" is RFC 7505's: no mail is taken."""
        found = sorted(self._ask(name, "MX"), key=lambda record: int(record.preference))
        return [_text(record.exchange) for record in found]

    def addresses(self, name: str) -> list[Address]:
        """Return the addresses of a host."""
        found = [*self._ask(name, "A"), *self._ask(name, "AAAA")]
        return [ipaddress.ip_address(record.address) for record in found]

    def names(self, address: Address) -> list[str]:
        """Return the names that an address leads back to."""
        reverse = dns.reversename.from_address(str(address)).to_text()
        return [_text(record.target) for record in self._ask(reverse, "PTR")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        # Each type of record has other attributes.
        try:
            return list(self._resolver.resolve(f"{name.rstrip('.')}.", kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.Timeout as error:
            seconds = f"{self._resolver.lifetime:g} s"
            raise Temporary(f"No DNS server answered within {seconds} about {name}.") from error
        except dns.resolver.NoNameservers as error:
            raise Temporary(f"The DNS servers fail to answer about {name}.") from error
        except (dns.exception.DNSException, UnicodeError):
            # An empty or overlong label: no such name can exist.
            return []


def own_address() -> Address | None:
    """Return the address that this host's own connections come from, None where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unsent:
        try:
            unsent.connect(_ELSEWHERE)
        except OSError:
            return None
        return ipaddress.ip_address(unsent.getsockname()[0])


def _text(name: object) -> str:
    return str(name).rstrip(".").lower()
