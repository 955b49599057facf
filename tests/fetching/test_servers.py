"""A named server is judged as what is fetched is, on each verb; a house may have its own."""

from ipaddress import ip_address, ip_network

import httpx
import pytest

from publisher.errors import Refused
from publisher.fetching import servers
from publisher.fetching.guarding import Address
from tests.loopback import Answer, Site

OWN = [ip_network("127.0.0.0/8"), ip_network("::1")]
PLACES = {"news.example": "9.9.9.9", "inside.example": "127.0.0.1", "intranet.example": "10.0.0.1"}


def resolved(host: str) -> list[Address]:
    return [ip_address(PLACES.get(host, host))]


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("news.example", "https://news.example"),
        (" https://News.example/ ", "https://news.example"),
        ("https://news.example:8443/hooks/1/", "https://news.example:8443/hooks/1/"),
        ("news.example/hooks?for=1", "https://news.example/hooks?for=1"),
        ("http://inside.example:8080", "http://inside.example:8080"),
        ("127.0.0.1", "https://127.0.0.1"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
    ],
)
def test_a_server_is_named_by_its_host_or_its_url(typed: str, url: str) -> None:
    assert servers.address(typed, own=OWN, resolve=resolved) == url


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("intranet.example", "10.0.0.1, which is not on the public internet"),
        ("http://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("http://2130706433/", "is a number"),
        ("http://news.example/", "in the clear; use https"),
        ("ftp://news.example/", "must start with http"),
        ("https://ada:secret@news.example/", "user name or password"),
        ("", "names no host"),
    ],
)
def test_a_server_that_may_not_be_called_is_refused(typed: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        servers.address(typed, own=OWN, resolve=resolved)


def test_the_house_has_no_servers_of_its_own_unless_it_says_so(site: Site) -> None:
    with pytest.raises(Refused, match="not on the public internet"):
        servers.address(site.url, own=[])
    with (
        httpx.Client(transport=servers.transport(site.url, own=[])) as client,
        pytest.raises(Refused, match="not on the public internet"),
    ):
        client.post(site.url)
    assert site.posted == []


def test_every_connect_is_judged(site: Site) -> None:
    answers = iter([[ip_address("127.0.0.1")], [ip_address("10.0.0.1")]])
    transport = servers.transport(site.url, own=OWN, resolve=lambda _: next(answers))
    site.answers["/"] = Answer(b"yes", headers={"Connection": "close"})
    with httpx.Client(transport=transport) as client:
        assert client.get(site.named("rebind.example")).content == b"yes"
        with pytest.raises(Refused, match=r"10\.0\.0\.1"):
            client.get(site.named("rebind.example"))


def test_the_time_of_a_call_begins_with_the_call(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "CALL_SECONDS", 0.2)
    site.answers["/"] = Answer(b"yes")
    with httpx.Client(transport=servers.transport(site.url, own=OWN)) as client:
        for _ in range(2):
            assert client.get(site.url).content == b"yes"
            client._transport._deadline._at -= 1  # type: ignore[attr-defined]
    assert site.connections == 1
