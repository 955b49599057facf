"""Apps get in with what a person allowed, once, in time, and no further (OAuth 2.0 with PKCE)."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from publisher.sandbox.x.grants import challenge_of
from tests.sandbox.x.calling import BACK, Answer, Caller

VERIFIER = "a-verifier-that-is-as-long-as-it-has-to-be-0123456789"
ALL = "tweet.read tweet.write users.read media.write offline.access"
DESK = "desk:desk-secret"
FORM = "application/x-www-form-urlencoded"


def wish(**changes: str) -> dict[str, str]:
    """Return what an app asks a person for."""
    usual = {
        "response_type": "code",
        "client_id": "desk",
        "redirect_uri": BACK,
        "scope": ALL,
        "state": "st&te",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (usual | changes).items() if value}


def allow(caller: Caller, account: str = "ada", **changes: str) -> Answer:
    form = urlencode(wish(**changes) | {"account": account}).encode()
    return caller.call("POST", "/i/oauth2/authorize", form, CONTENT_TYPE=FORM)


def code(caller: Caller, account: str = "ada", **changes: str) -> str:
    """Return the code of a person's consent."""
    location = allow(caller, account, **changes).headers["Location"]
    return parse_qs(urlsplit(location).query)["code"][0]


def ask(caller: Caller, path: str, login: str = DESK, **form: str) -> Answer:
    """Send a form to the token desk; `login` is client id and secret, or empty."""
    basic = f"Basic {b64encode(login.encode()).decode()}" if login else ""
    body = urlencode(form).encode()
    return caller.call("POST", path, body, CONTENT_TYPE=FORM, HTTP_AUTHORIZATION=basic)


def exchange(caller: Caller, a_code: str, login: str = DESK, **changes: str) -> Answer:
    form = {
        "grant_type": "authorization_code",
        "code": a_code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return ask(caller, "/2/oauth2/token", login, **form | changes)


def renew(caller: Caller, token: str, login: str = DESK, **changes: str) -> Answer:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return ask(caller, "/2/oauth2/token", login, **form | changes)


def status(caller: Caller, access_token: str, target: str = "GET /2/users/me") -> int:
    """Return what a call with this token is answered with."""
    method, _, path = target.partition(" ")
    bearer = f"Bearer {access_token}"
    return caller.call(method, path, b'{"text": "words"}', HTTP_AUTHORIZATION=bearer).status


# ---- Consent


def test_a_page_asks_a_person(caller: Caller) -> None:
    answer = caller.call("GET", f"/i/oauth2/authorize?{urlencode(wish())}")
    page = answer.body.decode()
    assert answer.status == 200
    assert page.count("<button") == 1
    assert "tweet.write" in page
    assert 'value="st&amp;te"' in page
    assert "form-action 'self' https://courier.example" in answer.headers["Content-Security-Policy"]


def test_the_person_goes_back_with_code_and_state(caller: Caller) -> None:
    answer = allow(caller)
    back = urlsplit(answer.headers["Location"])
    assert answer.status == 302
    assert back._replace(query="").geturl() == BACK
    assert parse_qs(back.query)["state"] == ["st&te"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "other"},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": "http://127.0.0.1"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"code_challenge": ""},
        {"scope": "tweet.read like.all"},
        {"scope": ""},
        {"state": ""},
        {"state": "x" * 501},
    ],
)
def test_what_is_not_right_is_asked_of_nobody(caller: Caller, changes: dict[str, str]) -> None:
    answer = caller.call("GET", f"/i/oauth2/authorize?{urlencode(wish(**changes))}")
    assert (answer.status, b"<button" in answer.body) == (400, False)
    assert allow(caller, **changes).status == 400


def test_an_account_that_is_not_known_allows_nothing(caller: Caller) -> None:
    assert allow(caller, "dora").status == 400


# ---- Tokens


def test_a_code_becomes_tokens_that_act_for_who_allowed_it(caller: Caller) -> None:
    tokens = exchange(caller, code(caller, "ben")).json
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 7200)
    assert tokens["scope"] == ALL
    assert status(caller, tokens["access_token"], "POST /2/tweets") == 201
    assert caller.received()[0]["account"] == "ben"


def test_a_public_client_names_itself_in_the_form(caller: Caller) -> None:
    a_code = code(caller, client_id="phone")
    tokens = exchange(caller, a_code, "", client_id="phone").json
    assert status(caller, tokens["access_token"]) == 200
    assert renew(caller, tokens["refresh_token"], "", client_id="phone").status == 200


@pytest.mark.parametrize("login", ["desk:other", "desk:", "other:desk-secret", "phone:secret"])
def test_a_client_has_to_prove_itself(caller: Caller, login: str) -> None:
    assert exchange(caller, code(caller), login).status == 401


def test_a_confidential_client_cannot_do_without_its_secret(caller: Caller) -> None:
    answer = exchange(caller, code(caller), "", client_id="desk")
    assert (answer.status, answer.json["error"]) == (401, "unauthorized_client")


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "other"},
        {"code_verifier": "other"},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1/"},
        {"grant_type": "password"},
    ],
)
def test_a_wrong_exchange_is_a_bad_request(caller: Caller, changes: dict[str, str]) -> None:
    answer = exchange(caller, code(caller), **changes)
    assert (answer.status, answer.json.keys()) == (400, {"error", "error_description"})


def test_a_code_of_another_app_is_worth_nothing(caller: Caller) -> None:
    assert exchange(caller, code(caller), "", client_id="phone").status == 400


def test_a_code_is_good_for_thirty_seconds(caller: Caller) -> None:
    a_code = code(caller)
    caller.now += timedelta(seconds=30)
    assert exchange(caller, a_code).status == 400


def test_a_code_that_is_used_again_ends_what_it_began(caller: Caller) -> None:
    a_code = code(caller)
    tokens = exchange(caller, a_code).json
    assert exchange(caller, a_code).status == 400
    assert status(caller, tokens["access_token"]) == 401


def test_an_access_token_is_good_for_two_hours(caller: Caller) -> None:
    tokens = exchange(caller, code(caller)).json
    caller.now += timedelta(seconds=7199)
    assert status(caller, tokens["access_token"]) == 200
    caller.now += timedelta(seconds=1)
    assert status(caller, tokens["access_token"]) == 401


def test_without_offline_access_nothing_is_renewed(caller: Caller) -> None:
    tokens = exchange(caller, code(caller, scope="tweet.read users.read")).json
    assert "refresh_token" not in tokens


def test_a_refresh_token_is_good_once(caller: Caller) -> None:
    first = exchange(caller, code(caller)).json
    second = renew(caller, first["refresh_token"]).json
    third = renew(caller, second["refresh_token"]).json
    assert len({each["refresh_token"] for each in (first, second, third)}) == 3
    assert status(caller, third["access_token"]) == 200


def test_a_refresh_token_that_is_used_again_ends_the_grant(caller: Caller) -> None:
    first = exchange(caller, code(caller)).json
    second = renew(caller, first["refresh_token"]).json
    again = renew(caller, first["refresh_token"])
    assert again.json == {
        "error": "invalid_request",
        "error_description": "Value passed for the token was invalid.",
    }
    assert status(caller, second["access_token"]) == 401
    assert renew(caller, second["refresh_token"]).status == 400


def test_tokens_that_were_lost_on_the_way_are_lost(caller: Caller) -> None:
    first = exchange(caller, code(caller)).json
    caller.order({"kind": "drop", "route": "POST /2/oauth2/token"})
    with pytest.raises(ConnectionAbortedError):
        renew(caller, first["refresh_token"])
    assert renew(caller, first["refresh_token"]).status == 400


@pytest.mark.parametrize("token", ["access_token", "refresh_token"])
def test_what_is_revoked_is_over(caller: Caller, token: str) -> None:
    tokens = exchange(caller, code(caller)).json
    assert ask(caller, "/2/oauth2/revoke", token=tokens[token]).json == {"revoked": True}
    assert status(caller, tokens["access_token"]) == 401
    assert renew(caller, tokens["refresh_token"]).status == 400


def test_one_grant_does_not_end_another(caller: Caller) -> None:
    first, second = exchange(caller, code(caller)).json, exchange(caller, code(caller)).json
    ask(caller, "/2/oauth2/revoke", token=first["access_token"])
    assert status(caller, second["access_token"]) == 200


# ---- Scopes


@pytest.mark.parametrize(
    ("scope", "target", "expected"),
    [
        ("tweet.read users.read", "GET /2/users/me", 200),
        ("users.read", "GET /2/users/me", 403),
        ("tweet.read users.read", "POST /2/tweets", 403),
        ("tweet.read users.read tweet.write", "POST /2/tweets", 201),
        ("tweet.read users.read", "DELETE /2/tweets/7", 403),
        ("tweet.read users.read tweet.write", "POST /2/media/metadata", 403),
        ("media.write", "POST /2/media/metadata", 400),
        ("media.write", "GET /2/tweets/7", 403),
    ],
)
def test_a_token_does_what_was_allowed(
    caller: Caller, scope: str, target: str, expected: int
) -> None:
    tokens = exchange(caller, code(caller, scope=scope)).json
    assert status(caller, tokens["access_token"], target) == expected


def test_a_token_that_nobody_gave_is_unauthorized(caller: Caller) -> None:
    assert status(caller, "made-up") == 401
