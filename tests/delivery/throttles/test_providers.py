"""Which mailboxes belong together, and the limits that somebody sets for them."""

import pytest

from publisher import env
from publisher.delivery.throttles import limits, providers
from publisher.delivery.throttles.limits import KNOWN, GroupLimits, Limits
from publisher.errors import Refused
from tests.delivery.throttles.samples import relay


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("ada@gmail.com", "gmail"),
        ("ada@GoogleMail.com", "gmail"),
        ("ada@hotmail.co.uk", "microsoft"),
        ("ada@live.nl", "microsoft"),
        ("ada@outlook.com.br", "microsoft"),
        ("ada@yahoo.fr", "yahoo"),
        ("ada@aol.com", "yahoo"),
        ("ada@me.com", "apple"),
        ("ada@web.de", "gmx"),
        ("ada@gmx.net", "gmx"),
        ("ada@wanadoo.fr", "orange"),
    ],
)
def test_mailboxes_of_one_provider_are_one_group(address: str, group: str) -> None:
    assert providers.group_of(address) == group


@pytest.mark.parametrize(
    "domain",
    ["courier.example", "yahoo.co.jp", "yahoo.attacker.example", "notgmail.com", "mail.gmail.com"],
)
def test_every_other_domain_is_a_group_of_its_own(domain: str) -> None:
    assert providers.group_of(f'"ada@gmail.com"@{domain}') == domain


def test_a_group_is_called_what_readers_call_it() -> None:
    assert providers.name_of("gmail") == "Gmail"
    assert providers.name_of("courier.example") == "courier.example"


def test_limits_are_read_by_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_DOMAIN_LIMITS", "gmail.com=20/s,10c GMX.net=600/h orange.fr=none")
    given = env.limits("PUBLISHER_DOMAIN_LIMITS")
    assert given == {
        "gmail.com": (20.0, 10),
        "gmx.net": (pytest.approx(1 / 6), None),
        "orange.fr": (None, None),
    }


@pytest.mark.parametrize(
    "typed", ["gmail=20/s", "gmail.com", "gmail.com=20", "gmail.com=0/s", "gmail.com=20/s 10c"]
)
def test_a_limit_that_says_nothing_is_refused_with_an_example(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setenv("PUBLISHER_DOMAIN_LIMITS", typed)
    with pytest.raises(Refused, match=r"PUBLISHER_DOMAIN_LIMITS is .* such as gmail\.com=20/s,10c"):
        env.limits("PUBLISHER_DOMAIN_LIMITS")


def test_a_limit_for_one_domain_is_for_all_of_its_provider() -> None:
    groups = limits.by_domain({"googlemail.com": (20.0, None), "courier.example": (1.0, 2)})
    assert groups["gmail"] == GroupLimits(per_second=20.0)
    assert groups["courier.example"] == GroupLimits(1.0, 2)
    assert groups["apple"] == KNOWN["apple"]


def test_a_mail_service_is_left_to_know_the_providers_by_itself() -> None:
    groups = limits.by_domain({})
    assert limits.of(relay(per_day=500), groups) == Limits(per_day=500, groups=KNOWN)
    assert limits.of(relay(kind="postmark"), groups) == Limits(groups={})
