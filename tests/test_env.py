"""Settings from the environment."""

import pytest

from publisher import env
from publisher.errors import Refused


@pytest.mark.parametrize(
    ("raw", "server"),
    [
        ("", None),
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[::1]:5353", ("::1", 5353)),
    ],
)
def test_a_server_is_an_address_and_a_port(
    monkeypatch: pytest.MonkeyPatch, raw: str, server: tuple[str, int] | None
) -> None:
    monkeypatch.setenv("PUBLISHER_DNS_SERVER", raw)
    assert env.server("PUBLISHER_DNS_SERVER", port=53) == server


@pytest.mark.parametrize("raw", ["dns.example", "127.0.0.1:x", "127.0.0.1:99999", "[::1", ":53"])
def test_what_is_no_server_is_named(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("PUBLISHER_DNS_SERVER", raw)
    with pytest.raises(Refused, match="PUBLISHER_DNS_SERVER is "):
        env.server("PUBLISHER_DNS_SERVER", port=53)


def test_ranges_are_addresses_or_more_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_OWN_ADDRESSES", "127.0.0.1 10.1.0.0/16")
    assert [str(each) for each in env.ranges("PUBLISHER_OWN_ADDRESSES")] == [
        "127.0.0.1/32",
        "10.1.0.0/16",
    ]
    monkeypatch.setenv("PUBLISHER_OWN_ADDRESSES", "10.1.0.1/16")
    with pytest.raises(Refused, match="ranges of them"):
        env.ranges("PUBLISHER_OWN_ADDRESSES")


def test_addresses_stand_with_spaces_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_SENDING_ADDRESSES", " 192.0.2.1  2001:DB8::1 ")
    assert env.addresses("PUBLISHER_SENDING_ADDRESSES") == ("192.0.2.1", "2001:db8::1")
    monkeypatch.setenv("PUBLISHER_SENDING_ADDRESSES", "192.0.2.1,192.0.2.2")
    with pytest.raises(Refused, match="with spaces between"):
        env.addresses("PUBLISHER_SENDING_ADDRESSES")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("http://mx.example", "http://mx.example"),
        ("http://ada:s3cret@mx.example:25", "http:…@mx.example:25"),
        ("http://ada:s3cret@mx.example?client_secret=s3cret", "http:…"),
        ("http://ada:s3?cret@mx.example", "http:…"),
    ],
)
def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, raw: str, shown: str) -> None:
    monkeypatch.setenv("PUBLISHER_SMTP_URL", raw)
    with pytest.raises(Refused, match="must be a URL that starts with smtp://") as caught:
        env.url("PUBLISHER_SMTP_URL", schemes=("smtp",))
    assert f"PUBLISHER_SMTP_URL is '{shown}'," in str(caught.value)


def test_prices_are_dollars_by_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_POST_PRICES", "x=0.015 X+link=0.2 bluesky=0")
    assert env.prices("PUBLISHER_POST_PRICES", "") == {"x": 15_000, "x+link": 200_000, "bluesky": 0}


@pytest.mark.parametrize("raw", ["x", "x=", "x=-1", "x=1e3", "x+video=1", "x=0.0000001", "x=nan"])
def test_what_is_no_price_is_named(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("PUBLISHER_POST_PRICES", raw)
    with pytest.raises(Refused, match="must be dollars by network such as"):
        env.prices("PUBLISHER_POST_PRICES", "")
