"""All of it against the stand-in, which is as strict as X: connected as a person connects it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from publisher.channels import Duplicate, Permanent, Temporary, Unknown
from publisher.channels.posts import Attachment
from publisher.channels.x import App, Tokens, X, verifier
from publisher.sandbox.x.accounts import Client
from tests.channels.messages import said
from tests.channels.x.places import KEYS, PATIENCE, Sandbox, clock

BACK = "https://desk.example/back"
LINK = "https://courier.example/s/a1b2"
PICTURE = Attachment("image/png", "A bridge in fog.", 1, 1, b"\x89PNG\r\n\x1a\n a bridge")
VIDEO = replace(PICTURE, media_type="video/mp4", content=b"a video")
FINALIZE = "POST /2/media/upload/:id/finalize"


@pytest.fixture
def sandbox(standing_in: Callable[..., Any]) -> Iterator[Sandbox]:
    """Run a stand-in that knows an app."""
    with standing_in(clients={"app-id": Client((BACK,), "app-secret-5")}) as running:
        yield running


@pytest.fixture
def app(sandbox: Sandbox) -> App:
    page = f"{sandbox.url}/i/oauth2/authorize"
    return App("app-id", "app-secret-5", BACK, sandbox.url, page, timeouts=PATIENCE)


def allowed(app: App, secret: str) -> str:
    """Let the account's owner press the button; return the code that the app is sent."""
    url = app.authorize_url("a-state", secret)
    form = dict(parse_qsl(urlsplit(url).query)) | {"account": "daily"}
    answer = requests.post(app.page, data=form, allow_redirects=False, timeout=5)
    back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert back["state"] == "a-state"
    return back["code"]


@pytest.fixture
def tokens(app: App) -> Tokens:
    secret = verifier()
    return Tokens(**app.exchange(allowed(app, secret), secret, now=clock()).secrets)


@pytest.fixture(params=["keys", "tokens"])
def x(request: pytest.FixtureRequest, sandbox: Sandbox, tokens: Tokens) -> Iterator[X]:
    """Give the account's channel by either kind of credentials."""
    channel = X(KEYS if request.param == "keys" else tokens, api_url=sandbox.url, timeouts=PATIENCE)
    yield channel
    channel.close()


# ---- Posting, looking and taking back


def test_a_thread_is_posted_found_and_taken_back(sandbox: Sandbox, x: X) -> None:
    first = x.send(said(f"One {LINK}", link=LINK), now=clock())
    second = said("Two", number=2, reply_to=first.network_id, thread=first.network_id)
    reply = x.send(second, now=clock())
    assert x.find(said(f"One {LINK}", link=LINK), since=clock()) == first
    assert x.find(second, since=clock()) == reply
    x.delete(reply.network_id, now=clock())
    x.delete(reply.network_id, now=clock())
    assert x.find(second, since=clock()) is None


def test_a_reply_to_nothing_is_the_posts_own_fault(x: X) -> None:
    with pytest.raises(Permanent, match="deleted or not visible") as raised:
        x.send(said("Two", reply_to="123"), now=clock())
    assert not raised.value.stops_account


def test_a_timeline_that_lags_shows_the_post_later(sandbox: Sandbox, x: X) -> None:
    sandbox.order("drop")
    with pytest.raises(Unknown):
        x.send(said(f"One {LINK}", link=LINK), now=clock())
    sandbox.order("lag", seconds=60)
    assert x.find(said(f"One {LINK}", link=LINK), since=clock()) is None
    assert x.find(said(f"One {LINK}", link=LINK), since=clock())


def test_the_same_words_again_are_a_duplicate(x: X) -> None:
    x.send(said("words"), now=clock())
    with pytest.raises(Duplicate):
        x.send(said("words"), now=clock())


def test_a_day_that_is_used_up_counts_more_than_a_quarter_of_an_hour(
    sandbox: Sandbox, x: X
) -> None:
    windows = ["x-rate-limit", "x-user-limit-24hour"]
    sandbox.order("429", seconds=7200, windows=windows)
    before = clock()
    with pytest.raises(Temporary) as raised:
        x.send(said("words"), now=before)
    assert raised.value.retry_at
    assert timedelta(hours=1.9) < raised.value.retry_at - before < timedelta(hours=2.1)


def test_an_app_without_credits_stops_the_account(sandbox: Sandbox, x: X) -> None:
    sandbox.order("402")
    with pytest.raises(Permanent) as raised:
        x.send(said("words"), now=clock())
    assert raised.value.stops_account
    assert sandbox.posts() == []


def test_figures_are_told_with_clicks(sandbox: Sandbox, x: X) -> None:
    post = x.send(said("words"), now=clock()).network_id
    figures = {post: {"impression_count": 90, "like_count": 7, "url_link_clicks": 5}}
    requests.post(f"{sandbox.url}/_figures", json=figures, timeout=5).raise_for_status()
    (told,) = x.figures([post, "123"], now=clock()).values()
    assert (told.impressions, told.likes, told.clicks) == (90, 7, 5)


# ---- Pictures and videos


def test_a_picture_goes_up_and_out(sandbox: Sandbox, x: X) -> None:
    upload = x.upload(PICTURE, now=clock())
    assert upload.check_at is None
    picture = replace(PICTURE, reference=upload.reference)
    x.send(said("The bridge", attachments=(picture,)), now=clock())
    (row,) = requests.get(f"{sandbox.url}/_posts.json", timeout=5).json()
    assert (row["text"], row["media"][0]["alt"]) == ("The bridge", "A bridge in fog.")
    assert x.find(said("The bridge"), since=clock())


def test_a_video_is_asked_about_until_it_is_ready(sandbox: Sandbox, x: X) -> None:
    upload = x.upload(VIDEO, now=clock())
    checks = 0
    while upload.check_at:
        checks += 1
        upload = x.uploaded(upload.reference, now=clock())
    assert checks == 2
    x.send(said("Watch", attachments=(replace(VIDEO, reference=upload.reference),)), now=clock())
    assert sandbox.posts() == ["Watch"]


def test_a_video_that_x_cannot_read_says_so(sandbox: Sandbox, x: X) -> None:
    sandbox.order("media-failed")
    upload = x.upload(VIDEO, now=clock())
    x.uploaded(upload.reference, now=clock())
    with pytest.raises(Permanent, match="Unsupported video format"):
        x.uploaded(upload.reference, now=clock())


@pytest.mark.parametrize("fault", ["503", "drop", "slow", "broken-body"])
def test_an_upload_that_breaks_is_made_again(sandbox: Sandbox, x: X, fault: str) -> None:
    sandbox.order(fault, route=FINALIZE)
    with pytest.raises(Temporary):
        x.upload(PICTURE, now=clock())
    assert x.upload(PICTURE, now=clock()).check_at is None


# ---- Tokens


def test_new_tokens_take_the_place_of_the_old(app: App, tokens: Tokens) -> None:
    old = X(tokens, api_url=app.api_url, timeouts=PATIENCE)
    renewed = old.renewed(now=clock())
    new = X(Tokens(**renewed.secrets), api_url=app.api_url, timeouts=PATIENCE)
    assert new.profile().handle == "daily"
    assert renewed.secrets["oauth2_refresh_token"] != tokens.oauth2_refresh_token
    old.close()
    new.close()


def test_a_refresh_token_that_was_used_stops_the_account(app: App, tokens: Tokens) -> None:
    app.renewed(tokens.oauth2_refresh_token, now=clock())
    with pytest.raises(Permanent, match="token was invalid") as raised:
        app.renewed(tokens.oauth2_refresh_token, now=clock())
    assert raised.value.stops_account


@pytest.mark.parametrize(
    ("fault", "error"),
    [("drop", Unknown), ("broken-body", Unknown), ("slow", Unknown), ("503", Temporary)],
)
def test_an_answer_with_tokens_that_is_lost_is_no_refusal(
    sandbox: Sandbox, app: App, tokens: Tokens, fault: str, error: type[Exception]
) -> None:
    sandbox.order(fault, route="POST /2/oauth2/token")
    with pytest.raises(error):
        app.renewed(tokens.oauth2_refresh_token, now=clock())


def test_an_app_that_x_does_not_know_gets_nothing(app: App, tokens: Tokens, now: datetime) -> None:
    for wrong in (replace(app, client_secret="other"), replace(app, client_id="other")):
        with pytest.raises(Permanent):
            wrong.renewed(tokens.oauth2_refresh_token, now=now)


def test_a_code_is_good_for_its_own_verifier_only(app: App, now: datetime) -> None:
    with pytest.raises(Permanent, match="code verifier did not match"):
        app.exchange(allowed(app, verifier()), verifier(), now=now)


def test_what_the_stand_in_says_back_shows_no_secret(app: App, tokens: Tokens) -> None:
    with pytest.raises(Permanent) as raised:
        replace(app, client_secret="other").renewed(tokens.oauth2_refresh_token, now=clock())
    for shown in (repr(app), repr(tokens), raised.value.reason):
        assert tokens.oauth2_refresh_token not in shown
        assert "app-secret-5" not in shown


# ---- Who pays for longer posts


def test_long_posts_are_told_sent_and_found(standing_in: Callable[..., Any]) -> None:
    with standing_in(premium=True) as sandbox:
        x = X(KEYS, api_url=sandbox.url, timeouts=PATIENCE)
        assert x.profile().limits == {"characters": 25_000}
        long = said(f"{'The bridge opens again. ' * 100}{LINK}")
        sent = x.send(long, now=clock())
        assert x.find(long, since=clock()) == sent
        x.close()
