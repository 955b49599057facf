"""Accounts: the right credentials or none, and nobody reads them again."""

from datetime import datetime
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from publisher import secrecy
from publisher.errors import Refused
from publisher.social import actions, posting, queries
from publisher.social.models import Account
from publisher.staff import trail
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
SECRETS = {
    "consumer_key": "gull-1",
    "consumer_secret": "gull-2",
    "access_token": "gull-3",
    "access_token_secret": "gull-4",
}
TOKENS = {
    "client_id": "gull-6",
    "oauth2_access_token": "gull-7",
    "oauth2_refresh_token": "gull-8",
}


def test_an_account_is_kept_with_its_credentials_sealed(now: datetime) -> None:
    account_id = actions.add_account("courier", "x", SECRETS, now=now, needs_approval=True)
    stored = Account.objects.get(pk=account_id)
    assert b"gull" not in bytes(stored.credentials)
    assert secrecy.unseal(bytes(stored.credentials)) == SECRETS
    line = queries.account("courier")
    assert (line.id, line.network, line.needs_approval) == (account_id, "x", True)


def test_where_a_link_would_take_half_of_a_post_it_is_short(now: datetime) -> None:
    secrets = {"identifier": "gull.example", "app_password": "gull-5"}
    actions.add_account("skies", "bluesky", secrets, now=now)
    actions.add_account("courier", "x", SECRETS, now=now)
    shortens = dict(Account.objects.values_list("name", "has_short_links"))
    assert shortens == {"skies": True, "courier": False}


@pytest.mark.parametrize("also", [{}, {"client_secret": "gull-9"}])
def test_an_account_on_x_may_have_tokens_in_place_of_keys(
    also: dict[str, str], now: datetime
) -> None:
    actions.add_account("courier", "x", TOKENS | also, now=now)
    assert secrecy.unseal(bytes(Account.objects.get().credentials)) == TOKENS | also


@pytest.mark.parametrize(
    ("mixed", "message"),
    [
        (TOKENS | {"oauth2_refresh_token": ""}, "lacks its oauth2 refresh token"),
        (SECRETS | {"oauth2_access_token": "gull-7"}, "has no oauth2 access token; leave it out"),
        (TOKENS | {"consumer_key": "gull-1"}, "has no consumer key; leave it out"),
    ],
)
def test_half_of_both_is_refused(mixed: dict[str, str], message: str, now: datetime) -> None:
    with pytest.raises(Refused, match=message):
        actions.add_account("courier", "x", mixed, now=now)


def test_no_secret_is_shown_by_an_account_or_its_trail(now: datetime) -> None:
    actions.add_account("courier", "x", SECRETS, now=now)
    lines = trail.of("account courier")
    assert [line.did for line in lines] == ["added on x"]
    assert "gull" not in repr((Account.objects.get(), queries.accounts(), lines))


def test_space_around_a_copied_secret_is_dropped(now: datetime) -> None:
    copied = {key: f" {secret}\n" for key, secret in SECRETS.items()}
    actions.add_account("courier", "x", copied, now=now)
    assert secrecy.unseal(bytes(Account.objects.get().credentials)) == SECRETS


def test_a_server_inside_is_refused_on_each_verb(settings: Settings, now: datetime) -> None:
    inside = {"instance": "http://127.0.0.1:3000", "access_token": "gull-5"}
    with pytest.raises(Refused, match="not on the public internet"):
        actions.add_account("courier", "mastodon", inside, now=now)
    settings.PUBLISHER_OWN_ADDRESSES = [ip_network("127.0.0.1")]
    actions.add_account("courier", "mastodon", inside, now=now)
    settings.PUBLISHER_OWN_ADDRESSES = []
    with pytest.raises(Refused, match="not on the public internet"):
        actions.renew("courier", inside, now=now)
    with pytest.raises(Refused, match="not on the public internet"):
        posting.check("courier", now=now)


def test_a_server_is_kept_as_a_url(settings: Settings, now: datetime) -> None:
    settings.PUBLISHER_OWN_ADDRESSES = [ip_network("127.0.0.1")]
    secrets = {"instance": "127.0.0.1:3000", "access_token": "gull-5"}
    actions.add_account("courier", "mastodon", secrets, now=now)
    sealed = bytes(Account.objects.get().credentials)
    assert secrecy.unseal(sealed)["instance"] == "https://127.0.0.1:3000"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"access_token": " "}, "The account 'courier' lacks its access token; copy it from x."),
        ({"password": "gull-5"}, "An account on x has no password; leave it out."),
        ({"consumer_key": "g\r\nHost: y"}, "The consumer key of 'courier' is not plain text"),
    ],
)
def test_wrong_credentials_are_refused_by_name_and_never_shown(
    change: dict[str, str], message: str, now: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        actions.add_account("courier", "x", SECRETS | change, now=now)
    assert str(refusal.value).startswith(message)
    assert "gull" not in str(refusal.value)
    assert not Account.objects.exists()


def test_an_unknown_network_is_refused_with_those_that_are_known(now: datetime) -> None:
    with pytest.raises(Refused, match="no network 'pigeon'; choose one of x"):
        actions.add_account("courier", "pigeon", SECRETS, now=now)


@pytest.mark.parametrize("name", ["", "the courier", "courier/1", "c" * 51])
def test_a_name_that_is_no_slug_is_refused(name: str, now: datetime) -> None:
    with pytest.raises(Refused):
        actions.add_account(name, "x", SECRETS, now=now)


def test_a_name_is_given_once(now: datetime) -> None:
    AccountFactory.create(name="courier")
    with pytest.raises(Refused, match="There is an account 'courier' already"):
        actions.add_account("courier", "x", SECRETS, now=now)


def test_a_template_that_does_not_work_is_refused(now: datetime) -> None:
    with pytest.raises(Refused, match="line 1 of the post template"):
        actions.add_account("courier", "x", SECRETS, now=now, template="{{ article.headline }}")
    assert not Account.objects.exists()


def test_new_credentials_set_a_stopped_account_going(now: datetime) -> None:
    AccountFactory.create(name="courier", stopped_reason="X knows no such token.")
    actions.renew("courier", SECRETS, now=now)
    assert queries.account("courier").stopped_reason == ""
    assert secrecy.unseal(bytes(Account.objects.get().credentials)) == SECRETS


def test_an_unknown_account_is_not_renewed(now: datetime) -> None:
    with pytest.raises(Refused, match="no account 'courier'"):
        actions.renew("courier", SECRETS, now=now)
    with pytest.raises(Refused, match="no account 'courier'"):
        queries.account("courier")
