"""SPF, read as a receiver reads it."""

import pytest

from publisher.delivery.domains import spf
from publisher.errors import Refused
from tests.delivery.domains.books import Book

ELEVEN = f"v=spf1 {'a:mail.example ' * 11}ip4:192.0.2.99 -all"


def book(record: str, **more: str) -> Book:
    """Return a DNS in which example.org has this record, and others by name have more."""
    others = {f"{name}.example": [text] for name, text in more.items()}
    service = ["v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:2::/48 -all"]
    return Book(
        txt={"example.org": [record, "words"], "service.example": service, **others},
        mx={"example.org": ["mail.example"]},
        hosts={"mail.example": ["192.0.2.10", "2001:db8::10"], "example.org": ["192.0.2.11"]},
    )


@pytest.mark.parametrize(
    ("record", "address", "result"),
    [
        ("v=spf1 -all", "192.0.2.10", "fail"),
        ("v=spf1 ~all", "192.0.2.10", "softfail"),
        ("v=spf1", "192.0.2.10", "neutral"),
        ("V=SPF1 IP4:192.0.2.10 -ALL", "192.0.2.10", "pass"),
        ("v=spf1 ip4:192.0.2.0/28 -all", "192.0.2.10", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::10", "pass"),
        ("v=spf1 -ip4:192.0.2.10 +all", "192.0.2.10", "fail"),
        ("v=spf1 mx -all", "192.0.2.10", "pass"),
        ("v=spf1 mx -all", "2001:db8::10", "pass"),
        ("v=spf1 a -all", "192.0.2.10", "fail"),
        ("v=spf1 a/24 -all", "192.0.2.10", "pass"),
        ("v=spf1 a:mail.example//64 -all", "2001:db8::99", "pass"),
        ("v=spf1 include:service.example ~all", "198.51.100.7", "pass"),
        ("v=spf1 include:service.example ~all", "192.0.2.10", "softfail"),
        ("v=spf1 redirect=service.example", "192.0.2.10", "fail"),
        ("v=spf1 exists:mail.example -all", "203.0.113.1", "pass"),
        ("v=spf1 exists:%{i}.lists.example -all", "192.0.2.10", "unknown"),
        ("v=spf1 ptr -all", "192.0.2.10", "unknown"),
        ("v=spf1 include:example.org -all", "192.0.2.10", "unknown"),
        ("v=spf1 mx exp=why.example unheard=of -all", "192.0.2.10", "pass"),
    ],
)
def test_a_record_allows_what_it_says(record: str, address: str, result: str) -> None:
    assert spf.verdict(book(record), "example.org", address) == result


@pytest.mark.parametrize(
    "word",
    ["ip4:192.0.2", "ip4:2001:db8::1", "ip6:192.0.2.1", "include", "alll", "a/33", "mx//129"],
)
def test_a_word_that_cannot_be_read_is_named(word: str) -> None:
    with pytest.raises(Refused, match=f"example.org has '{word}'"):
        spf.parse(f"v=spf1 {word} -all", "example.org")


def test_look_ups_are_counted_through_everything_included() -> None:
    inner = "v=spf1 include:service.example exists:x.example ip4:192.0.2.1"
    names = book("v=spf1 a mx include:inner.example redirect=service.example", inner=inner)
    assert spf.lookups(names, "example.org") == 6


def test_too_many_look_ups_count_and_tell_nothing() -> None:
    assert spf.lookups(book(ELEVEN), "example.org") == 11
    assert spf.verdict(book(ELEVEN), "example.org", "192.0.2.99") == "unknown"


def test_a_third_look_up_in_vain_tells_nothing() -> None:
    vain = "a:one.example exists:two.example"
    good = book(f"v=spf1 {vain} ip4:192.0.2.99 -all")
    assert spf.verdict(good, "example.org", "192.0.2.99") == "pass"
    for third in ("a:three.example", "mx:three.example", "exists:three.example"):
        record = f"v=spf1 {vain} {third} ip4:192.0.2.99 -all"
        assert spf.verdict(book(record), "example.org", "192.0.2.99") == "unknown"


def test_an_mx_of_more_than_ten_tells_nothing() -> None:
    names = book("v=spf1 mx -all")
    for count, result in ((10, "pass"), (11, "unknown")):
        names.mx = {"example.org": ["mail.example"] * count}
        assert spf.verdict(names, "example.org", "192.0.2.10") == result


def test_records_that_include_themselves_come_to_an_end() -> None:
    names = book("v=spf1 include:example.org include:example.org ~all")
    assert spf.lookups(names, "example.org") > spf.MOST_LOOKUPS


def test_two_records_are_as_bad_as_none() -> None:
    names = Book({"example.org": ["v=spf1 -all", "v=spf1 mx ~all"]})
    with pytest.raises(Refused, match=r"example\.org has 2 SPF records"):
        spf.published(names, "example.org")


def test_what_is_included_has_to_be_there() -> None:
    with pytest.raises(Refused, match=r"gone\.example has no SPF record"):
        spf.lookups(book("v=spf1 include:gone.example -all"), "example.org")
