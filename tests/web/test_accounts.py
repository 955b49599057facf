"""Accounts at the desk: added, changed, tested, and connected by their owners' consent."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from ipaddress import ip_network
from pathlib import Path
from time import time
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.test import Client as Browser
from pytest_django import Settings

from publisher import secrecy, wiring
from publisher.articles.models import Tag
from publisher.sandbox.x import XStandIn, serve
from publisher.sandbox.x.accounts import Client
from publisher.social.models import Account
from publisher.staff import trail
from tests.channels.networks import mastodon
from tests.channels.networks.fakes import running
from tests.factories import AccountFactory
from tests.web.conftest import At

pytestmark = pytest.mark.django_db
KEYS = {
    "consumer_key": "ck",
    "consumer_secret": "cs",
    "access_token": "1-gull-token",
    "access_token_secret": "gull-secret",
}
HABITS = {
    "announces": "on",
    "timeline": "now +3h",
    "slots": "none",
    "quiet": "22:00-07:00",
    "gap": "10m",
    "most_per_day": "12",
    "most_late": "2h",
    "time_zone": "UTC",
    "budget": "50",
    "evergreen": "2",
    "evergreen_gap": "30d",
    "hashtags": "2",
    "figures": "100",
    "sections": "",
    "tags": "Harbour\nTrams",
    "authors": "",
    "utm_source": "gull",
    "utm_medium": "",
    "utm_campaign": "",
    "links_first": "on",
    "number_threads": "on",
}
NEW = "/desk/accounts/new/"
CONNECT = "/desk/accounts/connect/"
COURIER = "/desk/accounts/at/courier/"


@pytest.fixture
def courier() -> Account:
    """Return an account, in a newsroom that writes of the harbour and of trams."""
    for name in ("Harbour", "Trams"):
        Tag.objects.create(name=name, slug=name.lower())
    return AccountFactory.create(name="courier")


def test_a_chief_adds_an_account_and_its_keys_are_never_shown(at_the_desk: At) -> None:
    form = {"network": "x", "name": "courier", **KEYS}
    page = at_the_desk("chief").post(NEW, form, follow=True).content.decode()
    assert secrecy.unseal(bytes(Account.objects.get().credentials)) == KEYS
    assert not any(secret in page for secret in ("1-gull-token", "gull-secret"))


def test_a_missing_key_is_named_and_nothing_is_added(at_the_desk: At) -> None:
    answer = at_the_desk("chief").post(
        NEW, {"network": "x", "name": "courier", **KEYS, "access_token": ""}
    )
    assert answer.status_code == 422
    assert "lacks its access token" in answer.content.decode()
    assert not Account.objects.exists()


def test_what_is_no_secret_can_be_read_and_survives_a_refusal(at_the_desk: At) -> None:
    form = {"network": "mastodon", "name": "tram", "instance": "gull.example", "access_token": ""}
    page = at_the_desk("chief").post(NEW, form).content.decode()
    assert re.search(r'name="instance"\s+type="text"\s+value="gull.example"', page)
    assert re.search(r'name="access_token"\s+type="password"\s+value=""', page)


def test_a_chief_changes_when_and_how_it_speaks(at_the_desk: At, courier: Account) -> None:
    at_the_desk("chief").post(COURIER, HABITS)
    courier.refresh_from_db()
    assert sorted(courier.tags.values_list("name", flat=True)) == ["Harbour", "Trams"]
    assert (courier.utm_source, courier.links_first, courier.numbers_threads) == (
        "gull",
        True,
        True,
    )
    assert (courier.timeline, courier.most_per_day) == ([0, 10_800], 12)
    assert courier.announces_since
    assert (courier.has_pictures, courier.budget_micros) == (False, 50_000_000)


def test_the_trail_tells_only_what_is_different_now(at_the_desk: At, courier: Account) -> None:
    desk = at_the_desk("chief")
    for form in (HABITS, HABITS, {**HABITS, "quiet": "", "tags": "Trams"}):
        desk.post(COURIER, form)
    did = [line.did for line in trail.of(f"account {courier.name}")]
    assert did[0] == "changed: quiet from, quiet to, tags"
    assert len(did) == 2


def test_a_visibility_is_for_the_networks_that_know_it(at_the_desk: At, courier: Account) -> None:
    desk = at_the_desk("chief")
    answer = desk.post(COURIER, {**HABITS, "visibility": "unlisted"})
    assert "has no visibility" in answer.content.decode()
    Account.objects.update(network="mastodon")
    desk.post(COURIER, {**HABITS, "visibility": "unlisted"})
    assert Account.objects.get().visibility == "unlisted"
    desk.post(COURIER, {**HABITS, "visibility": ""})
    assert Account.objects.get().visibility == ""


@pytest.mark.parametrize(
    ("field", "raw"),
    [("timeline", "soon"), ("quiet", "late"), ("budget", "much"), ("hashtags", "x")],
)
@pytest.mark.usefixtures("courier")
def test_what_cannot_be_read_is_refused_and_kept_in_its_field(
    at_the_desk: At, field: str, raw: str
) -> None:
    answer = at_the_desk("chief").post(COURIER, {**HABITS, field: raw})
    assert answer.status_code == 422
    assert f'value="{raw}"' in answer.content.decode()
    assert Account.objects.get().announces_since is None


def test_a_test_that_fails_leaves_the_boxes_as_they_are(at_the_desk: At, courier: Account) -> None:
    Account.objects.update(credentials=b"of another key", has_pictures=True)
    page = at_the_desk("chief").post(f"{COURIER}test/").content.decode()
    assert "cannot be decrypted" in page
    assert re.search(r'name="pictures"\s+type="checkbox"\s+checked', page)


@pytest.mark.usefixtures("courier")
def test_an_editor_changes_no_account(at_the_desk: At) -> None:
    answer = at_the_desk("editor").post(COURIER, HABITS)
    assert answer.status_code == 422
    assert "Only a chief or an admin" in answer.content.decode()


# ---- Connecting


@pytest.fixture
def x(tmp_path: Path, settings: Settings) -> Iterator[str]:
    """Run the stand-in, which knows our app."""
    settings.PUBLISHER_X_CLIENT_ID = "gull-app"
    back = f"{settings.PUBLISHER_BASE_URL}/desk/accounts/callback/"
    owner = ("gull-1", "gull-2", "gull-4", "courier")
    app = XStandIn(
        tmp_path,
        {"42-gull-3": owner},
        clients={"gull-app": Client((back,))},
        clock=lambda: datetime.fromtimestamp(time(), UTC),
    )
    with serve(app) as url:
        settings.PUBLISHER_X_API_URL = settings.PUBLISHER_X_UPLOAD_URL = url
        settings.PUBLISHER_X_AUTHORIZE_URL = f"{url}/i/oauth2/authorize"
        yield url
        app.close()
        wiring.close_networks()


def leads_to(desk: Browser, form: dict[str, str]) -> str:
    """Press the button here; return where the page leads on to."""
    page = desk.post(CONNECT, form).content.decode()
    (address,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    return unescape(address)


def consent(desk: Browser, name: str = "courier") -> str:
    """Press the button here and the one at X; return where that sends the browser."""
    page = urlsplit(leads_to(desk, {"network": "x", "name": name}))
    form = dict(parse_qsl(page.query)) | {"account": "courier"}
    answer = httpx.post(page._replace(query="").geturl(), data=form)
    return "?".join(urlsplit(answer.headers["Location"])[2:4:1])


def said(desk: Browser, address: str) -> str:
    return desk.get(address, follow=True).content.decode()


@pytest.mark.usefixtures("x")
def test_an_account_is_connected_by_its_owners_consent(at_the_desk: At) -> None:
    desk = at_the_desk("chief")
    assert "is connected" in said(desk, consent(desk))
    sealed = bytes(Account.objects.get().credentials)
    assert secrecy.unseal(sealed)["oauth2_refresh_token"].encode() not in sealed
    assert Account.objects.get().expires_at


@pytest.mark.usefixtures("x")
def test_connecting_again_keeps_posts_and_habits(at_the_desk: At) -> None:
    AccountFactory.create(name="courier", most_hashtags=7, stopped_reason="It ended.")
    desk = at_the_desk("chief")
    said(desk, consent(desk))
    assert Account.objects.values_list("most_hashtags", "stopped_reason").get() == (7, "")


@pytest.mark.usefixtures("x")
def test_x_oauth_callback_refuses_a_foreign_state(at_the_desk: At) -> None:
    chief, another = at_the_desk("chief"), at_the_desk("chief")
    theirs = consent(another)
    consent(chief)
    assert "nobody here has asked for it" in said(chief, theirs)
    assert not Account.objects.exists()


@pytest.mark.usefixtures("x")
@pytest.mark.parametrize("query", ["", "?code=abc", "?state=&code=abc", "?state=x"])
def test_x_oauth_callback_refuses_a_missing_state(at_the_desk: At, query: str) -> None:
    desk = at_the_desk("chief")
    consent(desk)
    assert "nobody here has asked for it" in said(desk, f"/desk/accounts/callback/{query}")
    assert not Account.objects.exists()


@pytest.mark.usefixtures("x")
def test_x_oauth_callback_refuses_a_code_that_is_replayed(at_the_desk: At) -> None:
    desk = at_the_desk("chief")
    back = consent(desk)
    said(desk, back)
    before = Account.objects.get().credentials
    assert "nobody here has asked for it" in said(desk, back)
    assert bytes(Account.objects.get().credentials) == bytes(before)


@pytest.mark.usefixtures("x")
def test_x_oauth_callback_refuses_a_code_without_its_verifier(at_the_desk: At) -> None:
    desk = at_the_desk("chief")
    back = consent(desk)
    session = desk.session
    another = secrecy.seal({"verifier": "z" * 60}).decode()
    session["connecting"] = {**session["connecting"], "kept": another}
    session.save()
    assert "The account is not connected" in said(desk, back)
    assert not Account.objects.exists()


def test_without_an_app_there_is_no_button(at_the_desk: At) -> None:
    assert "Connect with X" not in said(at_the_desk("chief"), f"{NEW}?network=x")


# ---- Connecting on Mastodon


@pytest.fixture
def instance(settings: Settings) -> Iterator[mastodon.Instance]:
    """Run an instance inside the house."""
    settings.PUBLISHER_OWN_ADDRESSES = [ip_network("127.0.0.1")]
    with running(mastodon.Instance()) as instance:
        yield instance


def agree(desk: Browser, form: dict[str, str]) -> str:
    """Press the button here and the one at the instance; return where that sends the browser."""
    page = urlsplit(leads_to(desk, {"network": "mastodon", "name": "tram", **form}))
    state = dict(parse_qsl(page.query))["state"]
    return f"/desk/accounts/callback/?code=code-1&state={state}"


def test_an_account_on_an_instance_is_connected_by_its_owners_consent(
    at_the_desk: At, instance: mastodon.Instance
) -> None:
    desk = at_the_desk("chief")
    assert "is connected" in said(desk, agree(desk, {"server": instance.url}))
    kept = secrecy.unseal(bytes(Account.objects.get().credentials))
    assert kept == {"instance": instance.url, "access_token": mastodon.TOKEN}
    assert Account.objects.get().network == "mastodon"


def test_connecting_again_goes_to_the_accounts_own_instance(
    at_the_desk: At, instance: mastodon.Instance
) -> None:
    old = secrecy.seal({"instance": instance.url, "access_token": "old"})
    AccountFactory.create(name="tram", network="mastodon", credentials=old)
    desk = at_the_desk("chief")
    said(desk, agree(desk, {}))
    kept = secrecy.unseal(bytes(Account.objects.get().credentials))
    assert kept["access_token"] == mastodon.TOKEN


def test_what_our_app_is_known_by_is_sealed_in_the_session(
    at_the_desk: At, instance: mastodon.Instance
) -> None:
    desk = at_the_desk("chief")
    agree(desk, {"server": instance.url})
    assert "hush" not in str(dict(desk.session))


@pytest.mark.parametrize("server", ["", "http://169.254.169.254", "http://127.0.0.1:1"])
def test_a_server_that_may_not_be_called_is_refused(at_the_desk: At, server: str) -> None:
    desk = at_the_desk("chief")
    form = {"network": "mastodon", "name": "tram", "server": server}
    page = desk.post(CONNECT, form, follow=True).content.decode()
    assert "The account is not connected" in page
    assert "connecting" not in desk.session


def test_a_network_without_a_button_is_refused(at_the_desk: At) -> None:
    page = at_the_desk("chief").post(CONNECT, {"network": "pigeon", "name": "tram"}, follow=True)
    assert "The account is not connected" in page.content.decode()
