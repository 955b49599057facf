"""Posting through the real channel to the X stand-in, where the fake network may not mislead us."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from pytest_django import Settings

from publisher import secrecy, wiring
from publisher.sandbox.x import XStandIn, serve
from publisher.sandbox.x.accounts import Client
from publisher.social import actions, posting, posts, queries
from publisher.social.models import Account
from publisher.social.posts import Plan
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db
SECRETS = {
    "consumer_key": "gull-1",
    "consumer_secret": "gull-2",
    "access_token": "42-gull-3",
    "access_token_secret": "gull-4",
}
OWNER = ("gull-1", "gull-2", "gull-4", "courier")
MINUTE = timedelta(minutes=1)


def clock() -> datetime:
    """Return the real time, with which calls to X are signed."""
    return datetime.fromtimestamp(time.time(), UTC)


@pytest.fixture
def now() -> datetime:
    return clock()


@pytest.fixture
def x(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """Run the stand-in, and let settings point at it."""
    keys = (SECRETS["consumer_key"], SECRETS["consumer_secret"], SECRETS["access_token_secret"])
    app = XStandIn(tmp_path, {SECRETS["access_token"]: (*keys, "courier")}, clock=clock, limit=3)
    with serve(app) as url:
        settings.PUBLISHER_X_API_URL = url
        yield url
        app.close()
        wiring.close_networks()


def order(x: str, kind: str) -> None:
    requests.post(f"{x}/_faults", json=[{"kind": kind}], timeout=5).raise_for_status()


def timeline(x: str) -> list[str]:
    return [row["text"] for row in requests.get(f"{x}/_posts.json", timeout=5).json()]


def turn(now: datetime) -> None:
    for post_id in posts.claim_due(now=now):
        posting.publish(post_id, now=now)


def write(text: str, now: datetime) -> int:
    return posts.create(Plan("courier", text=text), by=None, now=now, due_at=now)


@pytest.fixture
def courier(x: str, now: datetime) -> str:
    """Add the account that the stand-in knows."""
    actions.add_account("courier", "x", SECRETS, now=now)
    return "courier"


def test_an_article_is_posted_once(x: str, courier: str, now: datetime) -> None:
    ArticleFactory.create(slug="ferry", published_at=now)
    post_id = posts.create(Plan(courier, "ferry"), by=None, now=now, due_at=now)
    turn(now)
    turn(now + MINUTE)
    line = queries.post(post_id)
    assert (line.state, timeline(x)) == ("posted", [line.text])
    assert line.url.startswith("https://x.com/")


@pytest.mark.parametrize("fault", ["drop", "broken-body", "503-stored"])
def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(
    x: str, courier: str, fault: str, now: datetime
) -> None:
    order(x, fault)
    post_id = write("The ferry & the gulls: https://courier.example/ferry?a=1&b=2", now)
    turn(now)
    assert queries.post(post_id).state == "unsure"
    turn(now + MINUTE)
    line = queries.post(post_id)
    assert (line.state, line.url != "") == ("posted", True)
    assert len(timeline(x)) == 1


def test_a_post_that_never_got_there_stays_unsure(x: str, courier: str, now: datetime) -> None:
    order(x, "drop-before")
    post_id = write("Ahoy", now)
    turn(now)
    turn(now + MINUTE)
    line = queries.post(post_id)
    assert (line.state, timeline(x)) == ("unsure", [])
    assert line.due_at == now + 2 * MINUTE


def test_the_same_words_sent_again_after_a_doubt_are_one_post(
    x: str, courier: str, now: datetime
) -> None:
    order(x, "drop")
    post_id = write("Ahoy", now)
    turn(now)
    posts.mark(post_id, posted=False, by=None, now=now)
    turn(now)
    assert (queries.post(post_id).state, timeline(x)) == ("posted", ["Ahoy"])


def test_a_used_up_ration_makes_the_account_quiet(x: str, courier: str, now: datetime) -> None:
    ids = [write(f"Gull {number}", now) for number in range(5)]
    turn(now)
    states = [queries.post(post_id).state for post_id in ids]
    assert states == ["posted"] * 3 + ["scheduled"] * 2
    quiet_until = queries.account(courier).quiet_until
    assert quiet_until is not None
    assert now < quiet_until <= clock() + 16 * MINUTE
    assert len(timeline(x)) == 3


def test_wrong_credentials_stop_the_account_and_new_ones_set_it_going(
    x: str, courier: str, now: datetime
) -> None:
    actions.renew(courier, SECRETS | {"access_token_secret": "parrot"}, now=now)
    first, second = write("Ahoy", now), write("Land", now)
    turn(now)
    assert [queries.post(each).state for each in (first, second)] == ["scheduled"] * 2
    assert queries.account(courier).stopped_reason
    actions.renew(courier, SECRETS, now=now)
    assert posting.check(courier, now=now) == "courier"
    turn(now + MINUTE)
    assert sorted(timeline(x)) == ["Ahoy", "Land"]


# ---- Connected by OAuth 2.0


@pytest.fixture
def connected(tmp_path: Path, settings: Settings, now: datetime) -> Iterator[str]:
    """Connect the account as its owner does, with tokens that are about to end."""
    settings.PUBLISHER_X_CLIENT_ID = "gull-app"
    client = Client(("https://desk.example/back",))
    app = XStandIn(tmp_path, {"42-gull-3": OWNER}, clients={"gull-app": client}, clock=clock)
    with serve(app) as url:
        settings.PUBLISHER_X_API_URL = settings.PUBLISHER_X_UPLOAD_URL = url
        settings.PUBLISHER_X_AUTHORIZE_URL = f"{url}/i/oauth2/authorize"
        actions.add_account("courier", "x", consent(now), now=now)
        Account.objects.update(expires_at=now + MINUTE)
        yield url
        app.close()
        wiring.close_networks()


def consent(now: datetime) -> dict[str, str]:
    """Press the button at X; return what the account's credentials are then."""
    question = wiring.asked("x", "", "https://desk.example/back")
    page = urlsplit(question.authorize_url("state"))
    form = dict(parse_qsl(page.query)) | {"account": "courier"}
    answer = requests.post(page._replace(query="").geturl(), form, allow_redirects=False, timeout=5)
    code = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["code"]
    return dict(question.exchange(code, now=now).secrets)


def credentials() -> dict[str, str]:
    return secrecy.unseal(bytes(Account.objects.get().credentials))


def test_tokens_are_renewed_before_a_post_and_saved(connected: str, now: datetime) -> None:
    before = credentials()
    post_id = write("Ahoy", now)
    turn(now)
    assert (queries.post(post_id).state, timeline(connected)) == ("posted", ["Ahoy"])
    after = credentials()
    assert after.keys() == before.keys() == {"client_id", *wiring.NETWORKS["x"].instead}
    assert after["oauth2_refresh_token"] != before["oauth2_refresh_token"]
    assert Account.objects.get().expires_at == now + timedelta(hours=2)


def test_an_access_token_that_x_does_not_know_any_more_is_renewed(
    connected: str, now: datetime
) -> None:
    ended = credentials() | {"oauth2_access_token": "parrot"}
    Account.objects.update(credentials=secrecy.seal(ended), expires_at=now + timedelta(hours=1))
    post_id = write("Ahoy", now)
    turn(now)
    assert (queries.post(post_id).state, timeline(connected)) == ("scheduled", [])
    turn(now + MINUTE)
    assert (queries.post(post_id).state, timeline(connected)) == ("posted", ["Ahoy"])


def test_tokens_that_x_takes_back_stop_the_account(connected: str, now: datetime) -> None:
    form = {"token": credentials()["oauth2_refresh_token"], "client_id": "gull-app"}
    requests.post(f"{connected}/2/oauth2/revoke", form, timeout=5).raise_for_status()
    Account.objects.update(expires_at=now)
    post_id = write("Ahoy", now)
    turn(now)
    assert queries.post(post_id).state == "scheduled"
    assert "connect the account again" in queries.account("courier").stopped_reason
