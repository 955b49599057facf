"""A DNS that is a book: what stands in it is the answer, and every question is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address


@dataclass
class Book:
    """TXT records, mail servers, addresses and reverse names, each by name."""

    txt: Mapping[str, Sequence[str]]
    mx: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hosts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reverse: Mapping[str, Sequence[str]] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name."""
        self.questions.append(name)
        return list(self.txt.get(name, ()))

    def exchanges(self, name: str) -> list[str]:
        """Return the mail servers of a domain."""
        return list(self.mx.get(name, ()))

    def addresses(self, name: str) -> list[IPv4Address | IPv6Address]:
        """Return the addresses of a host."""
        return [ip_address(each) for each in self.hosts.get(name, ())]

    def names(self, address: IPv4Address | IPv6Address) -> list[str]:
        """Return the names that an address leads back to."""
        return list(self.reverse.get(str(address), ()))
