"""What is said of a domain: everything published as it should be, and every mistake by its name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from publisher.delivery.domains import checking, records
from publisher.delivery.domains.checking import Finding
from publisher.delivery.domains.queries import Line
from publisher.delivery.domains.senders import Sender
from publisher.delivery.signing import Key
from tests.delivery import keys
from tests.delivery.domains.books import Book
from tests.factories import NOW

OURS = Sender("192.0.2.10", is_certain=True)
RELAYS = Sender("198.51.100.1", is_certain=False)
MAIL = "mail.courier.example"
COURIER = Line(
    id=1,
    name="courier.example",
    signing=keys.keys(),
    waiting=(),
    bounces_to="bounces@bounces.courier.example",
    warm_up_from=None,
    warm_up_first_day=500,
    created_at=NOW,
)


def published(**changes: list[str]) -> Book:
    """Return a DNS in which all is well but the TXT records at rsa, ed, spf or dmarc."""
    rsa, ed25519, spf, dmarc, _ = records.wanted(COURIER, ["ip4:192.0.2.10"], MAIL)
    at = {"rsa": rsa, "ed": ed25519, "spf": spf, "dmarc": dmarc}
    return Book(
        txt={record.name: changes.get(place, [record.value]) for place, record in at.items()},
        mx={"courier.example": [MAIL], "bounces.courier.example": [MAIL]},
        hosts={MAIL: ["192.0.2.10"]},
        reverse={"192.0.2.10": [MAIL]},
    )


def check(
    names: Book,
    *,
    line: Line = COURIER,
    senders: Sequence[Sender] = (OURS,),
    from_domains: Sequence[str] = (),
) -> list[Finding]:
    """Return what is found."""
    return checking.check(line, names, senders=senders, from_domains=from_domains)


def troubles(found: list[Finding]) -> list[tuple[str, str]]:
    """Return what is not well: what it is about, and its state."""
    return [(each.about, each.state) for each in found if each.state != "ok"]


def test_what_we_ask_to_publish_is_found_well() -> None:
    found = check(published())
    assert {each.state for each in found} == {"ok"}
    assert [each.about for each in found] == ["DKIM", "DKIM", "SPF", "DMARC", "MX", "MX", "PTR"]


@pytest.mark.parametrize(
    ("place", "texts", "about"),
    [
        ("rsa", [], "DKIM"),
        ("rsa", ["v=DKIM1; p=", "v=DKIM1; p="], "DKIM"),
        ("ed", ["v=DKIM1; k=ed25519; p=AAAA"], "DKIM"),
        ("spf", [], "SPF"),
        ("spf", ["v=spf1 -all", "v=spf1 ~all"], "SPF"),
        ("spf", ["v=spf1 include:gone.example ~all"], "SPF"),
        ("spf", ["v=spf1 " + "a " * 11 + "ip4:192.0.2.10 ~all"], "SPF"),
        ("spf", ["v=spf1 ip4:192.0.2.11 ~all"], "SPF"),
        ("spf", ["v=spf1 ipv4:192.0.2.10 ~all"], "SPF"),
        ("dmarc", [], "DMARC"),
        ("dmarc", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "DMARC"),
    ],
)
def test_every_mistake_is_found(place: str, texts: list[str], about: str) -> None:
    assert troubles(check(published(**{place: texts}))) == [(about, "wrong")]


def test_a_key_that_is_only_being_tested_is_a_warning() -> None:
    (text,) = published().texts("ed._domainkey.courier.example")
    assert troubles(check(published(ed=[f"{text}; t=s:y"]))) == [("DKIM", "warning")]


def test_white_space_in_a_published_key_does_no_harm() -> None:
    (text,) = published().texts("rsa._domainkey.courier.example")
    assert troubles(check(published(rsa=[text.replace("p=MII", "p = MII \t ")]))) == []


def test_an_spf_record_that_looks_for_what_is_not_there_is_a_warning() -> None:
    text = "v=spf1 a:x.example a:y.example a:z.example ip4:192.0.2.10 ~all"
    assert troubles(check(published(spf=[text]))) == [("SPF", "warning")]


def test_a_relay_that_spf_does_not_allow_is_only_a_warning() -> None:
    assert troubles(check(published(), senders=[RELAYS])) == [("SPF", "warning")]


@pytest.mark.parametrize("reverse", [{}, {"192.0.2.10": ["elsewhere.example"]}])
def test_an_address_has_to_lead_to_a_name_and_back(reverse: dict[str, list[str]]) -> None:
    assert troubles(check(replace(published(), reverse=reverse))) == [("PTR", "wrong")]


@pytest.mark.parametrize(
    ("mx", "hosts", "state"),
    [
        ([], [], "wrong"),
        ([""], [], "wrong"),
        (["gone.example"], ["192.0.2.11"], "wrong"),
        ([], ["192.0.2.11"], "warning"),
    ],
)
def test_bounces_and_answers_need_a_server(mx: list[str], hosts: list[str], state: str) -> None:
    good = published()
    names = replace(
        good,
        mx={**good.mx, "bounces.courier.example": mx},
        hosts={**good.hosts, "bounces.courier.example": hosts},
    )
    assert troubles(check(names)) == [("MX", state)]


@pytest.mark.parametrize(
    ("dmarc", "state"),
    [
        ({}, "ok"),
        ({"_dmarc.news.courier.example": ["v=DMARC1; p=none; adkim=s"]}, "wrong"),
        ({"_dmarc.news.courier.example": ["v=DMARC1; p=none; psd=n"]}, "wrong"),
    ],
)
def test_a_domain_signs_for_those_below_it_if_dmarc_lets_it(
    dmarc: dict[str, list[str]], state: str
) -> None:
    good = published()
    found = check(replace(good, txt={**good.txt, **dmarc}), from_domains=["news.courier.example"])
    assert [each.state for each in found if each.about == "DMARC"] == [state]


def test_a_new_key_is_awaited_and_then_there(now: datetime) -> None:
    new = Key("p2027-1-ed", Ed25519PrivateKey.generate())
    line = replace(COURIER, waiting=(new,))
    good = published()
    assert troubles(check(good, line=line)) == [("DKIM", "warning")]
    assert checking.unpublished(line, good) == [new]
    record = records.dkim(line, new)
    there = replace(good, txt={**good.txt, record.name: [record.value]})
    assert checking.unpublished(line, there) == []
    assert troubles(check(there, line=line)) == []


def test_long_records_are_split_for_a_zone_file() -> None:
    rsa = records.dkim(COURIER, COURIER.signing[0])
    strings = rsa.zone_line.split(" IN TXT ")[1].strip('"').split('" "')
    assert "".join(strings) == rsa.value
    assert [len(string) <= 255 for string in strings] == [True, True]
