"""What a person typed leads to public addresses only, at the first hop and at every other."""

from ipaddress import ip_address

import pytest

from publisher.errors import Refused
from publisher.fetching import Fetched, Guard, check, fetch
from publisher.fetching.guarding import Address, is_public, resolve
from tests.loopback import AT_HOME, Answer, Site, is_loopback


def get(url: str, guard: Guard = AT_HOME) -> Fetched:
    return fetch(url, accept="text/html", guard=guard)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://127。0。0。1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://localhost/",
        "http://localhost./",
        "http://ada:secret@example.org/",
        "http://example.org@127.0.0.1/",
    ],
)
def test_an_address_that_is_not_public_is_refused_before_any_connect(url: str) -> None:
    with pytest.raises(Refused):
        get(url, Guard())
    with pytest.raises(Refused):
        check(url)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.org/",
        "ftp://example.org/",
        "data:text/html,hello",
        "//example.org/",
        "example.org",
        "",
        "http://",
        "http:///path",
        "https:\\\\example.org",
        "http://example.org\r\nX-Evil: 1/",
        "http://example.org:99999/",
    ],
)
def test_only_http_is_fetched(url: str) -> None:
    with pytest.raises(Refused):
        get(url, AT_HOME)
    with pytest.raises(Refused):
        check(url, guard=AT_HOME)


@pytest.mark.parametrize(
    "address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::9.9.9.9"]
)
def test_a_public_address_is_public_however_it_is_wrapped(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["fec0::1", "ff02::1", "2001:db8::1", "64:ff9b::a00:1", "2002:c0a8:101::", "64:ff9b:1::1"],
)
def test_an_inner_address_is_inner_however_it_is_wrapped(address: str) -> None:
    assert not is_public(ip_address(address))


def test_a_name_is_refused_if_any_of_its_addresses_is_inside() -> None:
    both = Guard(resolve=lambda _: [ip_address("9.9.9.9"), ip_address("10.0.0.1")])
    with pytest.raises(Refused, match=r"^two\.example is at 10\.0\.0\.1, which is not on the pub"):
        get("http://two.example/", both)


def test_a_name_that_resolves_to_the_inside_a_moment_later_gains_nothing(site: Site) -> None:
    site.answers["/"] = Answer(b"yes")
    answers = iter([[ip_address("127.0.0.1")], [ip_address("10.0.0.1")]])
    rebinding = Guard(allow=is_loopback, resolve=lambda _: next(answers))
    assert get(site.named("rebind.example"), rebinding).body == b"yes"
    assert list(answers) == [[ip_address("10.0.0.1")]], "asked once, and connected to that"


def test_a_redirect_to_the_inside_is_refused_at_the_hop(site: Site) -> None:
    site.answers["/"] = Answer(status=302, headers={"Location": site.named("inside.example")})
    places = {"outside.example": "127.0.0.1", "inside.example": "127.0.0.2"}

    def resolved(host: str) -> list[Address]:
        return [ip_address(places[host])]

    guard = Guard(allow=lambda address: str(address) == "127.0.0.1", resolve=resolved)
    with pytest.raises(Refused, match=r"inside\.example is at 127\.0\.0\.2"):
        get(site.named("outside.example"), guard)
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "http://0x7f.1/", "http://a:b@example.org/", "http://host:port/"],
)
def test_a_redirect_passes_the_same_guard_as_a_typed_address(site: Site, location: str) -> None:
    site.answers["/"] = Answer(status=301, headers={"Location": location})
    with pytest.raises(Refused, match=r"^127\.0\.0\.1 (redirects to|cannot be)"):
        get(site.url)


def test_redirects_are_followed_to_the_end(site: Site) -> None:
    site.answers["/"] = Answer(status=301, headers={"Location": "/new"})
    site.answers["/new"] = Answer(status=302, headers={"Location": "/today"})
    site.answers["/today"] = Answer(b"here")
    found = get(site.url + "/")
    assert (found.url, found.body) == (site.url + "/today", b"here")
    assert found.moved_to == site.url + "/new", "only what is permanent is remembered"


def test_redirects_in_a_circle_end(site: Site) -> None:
    site.answers["/"] = Answer(status=302, headers={"Location": "/"})
    with pytest.raises(Refused, match="redirects more than 5 times"):
        get(site.url)
    assert len(site.asked) == 6


def test_a_typed_address_is_checked_without_connecting(site: Site) -> None:
    check(site.url, guard=AT_HOME)
    check("http://nowhere.example/", guard=Guard(resolve=lambda _: []))
    with pytest.raises(Refused):
        check(site.url)
    assert site.asked == []


def test_the_resolver_of_this_machine_knows_localhost() -> None:
    assert ip_address("127.0.0.1") in resolve("localhost")
    assert resolve("127.0.0.1") == [ip_address("127.0.0.1")]
