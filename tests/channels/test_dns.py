"""Questions to the DNS, asked to a server of our own."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from publisher.channels import Temporary
from publisher.channels.dns import Resolver
from tests import nameserver

ZONE: nameserver.Zone = {
    ("courier.example", "TXT"): ['"v=spf1 " "-all"', '"some words"'],
    ("courier.example", "MX"): ["20 MX2.courier.example.", "10 mx1.courier.example."],
    ("silent.example", "MX"): ["0 ."],
    ("mx1.courier.example", "A"): ["192.0.2.1"],
    ("mx1.courier.example", "AAAA"): ["2001:db8::1"],
    ("1.2.0.192.in-addr.arpa", "PTR"): ["mx1.courier.example."],
    ("broken.example", "TXT"): nameserver.FAILS,
    ("slow.example", "TXT"): nameserver.SILENT,
}


@pytest.fixture(scope="module")
def resolver() -> Iterator[Resolver]:
    """Give a resolver that asks our own server and does not wait long."""
    with nameserver.serving(ZONE) as server:
        yield Resolver(server.where, seconds=0.3)


def test_texts_are_joined_of_their_parts(resolver: Resolver) -> None:
    assert set(resolver.texts("courier.example")) == {"v=spf1 -all", "some words"}


def test_exchanges_come_in_order_and_none_is_told_apart(resolver: Resolver) -> None:
    assert resolver.exchanges("courier.example.") == ["mx1.courier.example", "mx2.courier.example"]
    assert resolver.exchanges("silent.example") == [""]


def test_a_host_has_addresses_of_both_kinds_and_they_lead_back(resolver: Resolver) -> None:
    first, second = resolver.addresses("mx1.courier.example")
    assert (str(first), str(second)) == ("192.0.2.1", "2001:db8::1")
    assert resolver.names(ip_address("192.0.2.1")) == ["mx1.courier.example"]


@pytest.mark.parametrize("name", ["nobody.example", "mx1.courier.example", "a..b", "x" * 64, ""])
def test_what_does_not_exist_is_an_empty_answer(resolver: Resolver, name: str) -> None:
    assert resolver.texts(name) == []


@pytest.mark.parametrize("name", ["broken.example", "slow.example"])
def test_a_server_that_fails_or_says_nothing_is_temporary(resolver: Resolver, name: str) -> None:
    with pytest.raises(Temporary, match=name):
        resolver.texts(name)
