"""Sending domains: added, given new keys, and found for whoever sends."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest

from publisher.delivery import verp
from publisher.delivery.domains import actions, keys, queries, records
from publisher.delivery.domains.actions import WarmUp
from publisher.delivery.models import Domain, Mailing
from publisher.delivery.signing import Key
from publisher.errors import Refused
from tests.delivery.keys import verdicts
from tests.delivery.message import mails

pytestmark = pytest.mark.django_db


def test_a_domain_signs_as_soon_as_it_is_added(now: datetime) -> None:
    actions.add("Courier.Example", now=now)
    known_as = queries.identity("daily@courier.example")
    assert known_as
    mail = mails.mail()
    assert verdicts(known_as.signer.sign(mail, now=now) + mail, published) == [True, True]


def published(name: bytes, timeout: float = 5) -> bytes | None:
    """Answer as the DNS would, had everything been published."""
    del timeout
    line = queries.line("courier.example")
    for key in line.signing:
        if records.dkim(line, key).name == name.decode().rstrip("."):
            return keys.public(key).encode()
    return None


def test_the_longest_domain_signs(now: datetime) -> None:
    for name in ("courier.example", "news.courier.example", "other.example"):
        actions.add(name, now=now)
    signs: dict[str, str | None] = {
        "a@news.courier.example": "news.courier.example",
        "a@deep.News.courier.example": "news.courier.example",
        "a@sport.courier.example": "courier.example",
        "a@xcourier.example": None,
    }
    for address, domain in signs.items():
        known_as = queries.identity(address)
        assert (known_as.signer.domain if known_as else None) == domain


def test_an_international_domain_is_kept_in_a_labels(now: datetime) -> None:
    assert actions.add("zürich.example", now=now) == "xn--zrich-kva.example"
    assert queries.identity("a@zürich.example")
    assert queries.line("zürich.example").name == "xn--zrich-kva.example"


def test_no_key_is_stored_in_the_clear(now: datetime) -> None:
    actions.add("courier.example", now=now)
    stored = bytes(Domain.objects.get().keys)
    assert stored.startswith(b"gAAAA")
    assert not any(selector.encode() in stored for selector in ("p2026-1-rsa", "p2026-1-ed"))


def test_new_keys_wait_until_they_are_switched_to(now: datetime) -> None:
    actions.add("courier.example", now=now)
    old = queries.line("courier.example").signing
    actions.rotate("courier.example", now=now)
    between = queries.line("courier.example")
    assert shown(between.signing) == shown(old)
    actions.switch("courier.example")
    after = queries.line("courier.example")
    assert (shown(after.signing), after.waiting) == (shown(between.waiting), ())
    assert list(shown(after.signing)) == ["p2026-2-rsa", "p2026-2-ed"]


def shown(given: Sequence[Key]) -> dict[str, str]:
    """Return what the DNS shows of keys, by selector."""
    return {key.selector: keys.public(key) for key in given}


def test_another_year_begins_with_its_first_generation(now: datetime) -> None:
    actions.add("courier.example", now=now)
    actions.rotate("courier.example", now=now + timedelta(days=60))
    waiting = queries.line("courier.example").waiting
    assert [key.selector for key in waiting] == ["p2027-1-rsa", "p2027-1-ed"]


def test_keys_that_wait_are_not_replaced(now: datetime) -> None:
    actions.add("courier.example", now=now)
    with pytest.raises(Refused, match="no new keys"):
        actions.switch("courier.example")
    actions.rotate("courier.example", now=now)
    with pytest.raises(Refused, match="wait for the DNS already"):
        actions.rotate("courier.example", now=now)


def test_a_domain_is_added_once(now: datetime) -> None:
    actions.add("courier.example", now=now)
    with pytest.raises(Refused, match="is a sending domain already"):
        actions.add("COURIER.example.", now=now)


@pytest.mark.parametrize("name", ["", "localhost", "192.0.2.1", "a b.example", "x\r\ny.example"])
def test_what_is_no_domain_is_refused(now: datetime, name: str) -> None:
    with pytest.raises(Refused, match=r"write it like example\.org"):
        actions.add(name, now=now)
    assert not Domain.objects.exists()


@pytest.mark.parametrize("local", ["b" * (verp.LOCAL_CHARACTERS + 1), "bounçes"])
def test_a_return_path_without_room_for_its_tag_is_refused(now: datetime, local: str) -> None:
    with pytest.raises(Refused, match="cannot take bounces"):
        actions.add("courier.example", now=now, bounces_to=f"{local}@courier.example")


def test_the_engine_is_told_the_return_path_and_the_warm_up(now: datetime) -> None:
    plan = WarmUp(date(2026, 11, 24), 200)
    actions.add("courier.example", now=now, bounces_to="bounces@courier.example", warm_up=plan)
    found = queries.identity("daily@courier.example")
    assert found
    assert found.bounces_to == "bounces@courier.example"
    assert (found.warm_up_from, found.warm_up_first_day) == (plan.begins_on, 200)


@pytest.mark.parametrize("ask", [actions.switch, queries.line])
def test_a_domain_that_is_not_there_is_refused(ask: Callable[[str], object]) -> None:
    with pytest.raises(Refused, match=r"x\.example is no sending domain"):
        ask("x.example")


def test_a_domain_stays_until_its_mail_has_left(mailing: Mailing, now: datetime) -> None:
    actions.add("courier.example", now=now)
    with pytest.raises(Refused, match=r"Mail from daily@courier\.example has not left yet"):
        actions.remove("courier.example")
    Mailing.objects.update(state="closed")
    actions.remove("courier.example")
    assert queries.lines() == []
