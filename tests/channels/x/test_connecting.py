"""How an account's tokens come about, and come about anew."""

import socket
from base64 import b64encode
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from publisher.channels import ChannelError, Permanent, Temporary, Unknown
from publisher.channels.x import App, Tokens, X, verifier
from tests.channels.x.places import KEYS, PATIENCE, TOKENS, Said, Script, scripted

BACK = "https://desk.example/back?from=x"
GRANTED = {
    "token_type": "bearer",
    "expires_in": 7200,
    "access_token": "new-access",
    "scope": "tweet.read tweet.write users.read media.write offline.access",
    "refresh_token": "new-refresh",
}
BASIC = f"Basic {b64encode(b'app-id:app-secret-5').decode()}"


def app(script: Script, secret: str = "app-secret-5") -> App:
    """Return the app, at an X that answers by the script."""
    return App("app-id", secret, BACK, script.url, timeouts=PATIENCE)


def failure(answer: Said, now: datetime) -> ChannelError:
    """Return the error that renewing ends with."""
    with scripted(answer) as script, script.x(TOKENS) as x, pytest.raises(ChannelError) as raised:
        x.renewed(now=now)
    return raised.value


# ---- Connecting


def test_a_person_is_sent_to_x_with_all_that_x_has_to_know() -> None:
    url = urlsplit(App("app-id", redirect_uri=BACK).authorize_url("a-state", "a" * 43))
    assert (url.netloc, url.path) == ("x.com", "/i/oauth2/authorize")
    assert dict(parse_qsl(url.query)) == {
        "response_type": "code",
        "client_id": "app-id",
        "redirect_uri": BACK,
        "scope": "tweet.read tweet.write users.read media.write offline.access",
        "state": "a-state",
        # SHA-256 of 43 times "a", worked out with openssl.
        "code_challenge": "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA",
        "code_challenge_method": "S256",
    }


def test_verifiers_are_as_long_as_the_rfc_wants_and_never_the_same() -> None:
    made = {verifier() for _ in range(50)}
    assert len(made) == 50
    assert all(43 <= len(each) <= 128 for each in made)


def test_a_code_is_exchanged_for_all_credentials(now: datetime) -> None:
    with scripted(Said("200 OK", GRANTED)) as script:
        renewed = app(script).exchange("the-code", "the-verifier", now=now)
    assert renewed.expires_at == now + timedelta(hours=2)
    assert renewed.secrets == {
        "client_id": "app-id",
        "client_secret": "app-secret-5",
        "oauth2_access_token": "new-access",
        "oauth2_refresh_token": "new-refresh",
    }
    assert script.lines == ["POST /2/oauth2/token"]
    assert script.asked[0].form == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": BACK,
        "code_verifier": "the-verifier",
    }


def test_an_app_with_a_secret_shows_it_and_one_without_names_itself(now: datetime) -> None:
    granted = Said("200 OK", GRANTED)
    with scripted(granted, granted) as script:
        app(script).exchange("a-code", "a-verifier", now=now)
        public = app(script, secret="").exchange("a-code", "a-verifier", now=now)
    first, second = script.asked
    assert (first.authorization, first.form.get("client_id")) == (BASIC, None)
    assert (second.authorization, second.form.get("client_id")) == ("", "app-id")
    assert "client_secret" not in public.secrets


def test_a_code_that_x_does_not_take_is_permanent(now: datetime) -> None:
    words = "Value passed for the authorization code was invalid."
    refusal = Said("400 Bad Request", {"error": "invalid_request", "error_description": words})
    with scripted(refusal) as script, pytest.raises(Permanent, match="authorization code was"):
        app(script).exchange("an-old-code", "a-verifier", now=now)


def test_without_a_refresh_token_an_account_would_be_lost_in_two_hours(now: datetime) -> None:
    granted = Said("200 OK", {**GRANTED, "refresh_token": None})
    with scripted(granted) as script, pytest.raises(Permanent, match="no refresh token"):
        app(script).exchange("the-code", "the-verifier", now=now)


# ---- Renewing


def test_tokens_are_renewed_with_all_that_goes_with_them(now: datetime) -> None:
    with scripted(Said("200 OK", GRANTED)) as script, script.x(TOKENS) as x:
        renewed = x.renewed(now=now)
    assert Tokens(**renewed.secrets) == Tokens(
        "app-id", "new-access", "new-refresh", "app-secret-5"
    )
    assert renewed.expires_at == now + timedelta(hours=2)
    grant = {"grant_type": "refresh_token", "refresh_token": "refresh-secret-4"}
    assert script.asked[0].form == grant
    assert script.asked[0].authorization == BASIC


@pytest.mark.parametrize("nothing", [{}, {"refresh_token": ""}, {"refresh_token": None}])
def test_a_refresh_token_is_never_overwritten_by_nothing(
    nothing: dict[str, object], now: datetime
) -> None:
    granted = {key: it for key, it in GRANTED.items() if key != "refresh_token"} | nothing
    with scripted(Said("200 OK", granted)) as script, script.x(TOKENS) as x:
        renewed = x.renewed(now=now)
    assert renewed.secrets["oauth2_refresh_token"] == "refresh-secret-4"
    assert renewed.secrets["oauth2_access_token"] == "new-access"


def test_where_x_does_not_say_when_tokens_end_it_is_in_two_hours(now: datetime) -> None:
    with scripted(Said("200 OK", {"access_token": "new"})) as script, script.x(TOKENS) as x:
        assert x.renewed(now=now).expires_at == now + timedelta(hours=2)


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden"])
@pytest.mark.parametrize("body", [{"error": "invalid_grant"}, {"error": "invalid_request"}, ""])
def test_a_refused_token_stops_the_account(status: str, body: object, now: datetime) -> None:
    error = failure(Said(status, body), now)
    assert isinstance(error, Permanent)
    assert error.stops_account
    assert "connect the account again" in error.reason


@pytest.mark.parametrize("status", ["500 Oops", "503 Service Unavailable", "404 Not Found"])
def test_a_failing_server_is_asked_again(status: str, now: datetime) -> None:
    assert isinstance(failure(Said(status, "<html>"), now), Temporary)


def test_a_used_up_ration_of_tokens_says_when_it_is_back(now: datetime) -> None:
    reset = str(int(now.timestamp()) + 60)
    headers = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": reset}
    error = failure(Said("429 Too Many Requests", "", headers), now)
    assert isinstance(error, Temporary)
    assert error.retry_at == now + timedelta(minutes=1)


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"access_token": ""}'])
def test_a_success_without_a_token_is_unknown(body: str, now: datetime) -> None:
    assert isinstance(failure(Said("200 OK", body), now), Unknown)


def test_a_line_that_breaks_leaves_the_tokens_unknown(now: datetime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        x = X(TOKENS, api_url=f"http://127.0.0.1:{deaf.getsockname()[1]}", timeouts=(1, 0.1))
        with pytest.raises(Unknown):
            x.renewed(now=now)


def test_nobody_listening_leaves_the_tokens_as_they_are(now: datetime) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        x = X(TOKENS, api_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Temporary):
            x.renewed(now=now)


def test_keys_do_not_end(now: datetime) -> None:
    with scripted() as script, script.x(KEYS) as x, pytest.raises(Permanent):
        x.renewed(now=now)
    assert not script.asked
