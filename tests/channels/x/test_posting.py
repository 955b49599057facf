"""Posting to X: to the stand-in, and to one that answers as no stand-in would."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from urllib3 import exceptions as lower

from publisher.channels import ChannelError, Duplicate, Permanent, Temporary, Unknown
from publisher.channels.x import X
from publisher.channels.x.tweeting import _nothing_left
from publisher.sandbox.x import serve
from tests.channels.messages import said
from tests.channels.x.places import KEYS, LINKED, Sandbox, answering, clock


def failure(x: X, now: datetime) -> ChannelError:
    """Return the error that sending ends with."""
    with pytest.raises(ChannelError) as raised:
        x.send(said("words"), now=now)
    return raised.value


# ---- Sending


def test_a_post_arrives_and_its_receipt_leads_to_it(sandbox: Sandbox, x: X, now: datetime) -> None:
    receipt = x.send(said(LINKED), now=now)
    assert sandbox.posts() == [LINKED]
    assert receipt.network_id.isdecimal()
    assert receipt.url == f"https://x.com/i/web/status/{receipt.network_id}"


def test_a_base_url_with_a_path_and_a_slash_is_signed_as_it_is(now: datetime) -> None:
    seen: list[str] = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append(environ["PATH_INFO"])
        start_response("201 Created", [])
        return [b'{"data": {"id": "7", "text": "words"}}']

    with serve(app) as url:
        X(KEYS, api_url=f"{url}/proxy/").send(said("words"), now=now)
    assert seen == ["/proxy/2/tweets"]


def test_the_connection_is_kept(now: datetime) -> None:
    ports: set[str] = set()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        ports.add(environ["REMOTE_PORT"])
        start_response("201 Created", [])
        return [b'{"data": {"id": "7", "text": "words"}}']

    with serve(app) as url:
        channel = X(KEYS, api_url=url)
        for words in ("one", "two", "three"):
            channel.send(said(words), now=now)
        channel.close()
    assert len(ports) == 1


def test_the_same_words_again_are_a_duplicate(x: X, now: datetime) -> None:
    x.send(said("words"), now=now)
    error = failure(x, now)
    assert isinstance(error, Duplicate)
    assert not error.stops_account
    assert "duplicate content" in error.reason


def test_what_is_too_long_is_permanent_and_says_why(x: X, now: datetime) -> None:
    with pytest.raises(Permanent, match="too long") as raised:
        x.send(said("x" * 281), now=now)
    assert not raised.value.stops_account


@pytest.mark.parametrize(
    "wrong",
    [
        {"consumer_key": "other"},
        {"consumer_secret": "other"},
        {"access_token": "43-other"},
        {"access_token_secret": "other"},
    ],
)
def test_wrong_keys_stop_the_account(
    sandbox: Sandbox, wrong: dict[str, str], now: datetime
) -> None:
    error = failure(X(replace(KEYS, **wrong), api_url=sandbox.url), now)
    assert isinstance(error, Permanent)
    assert error.stops_account


# ---- Nobody knows


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        ("503", []),
        ("503-stored", [LINKED]),
        ("drop-before", []),
        ("drop", [LINKED]),
        ("broken-body", [LINKED]),
        ("slow", [LINKED]),
    ],
)
def test_a_line_that_breaks_leaves_the_outcome_unknown_and_it_is_found_again(
    sandbox: Sandbox, x: X, now: datetime, fault: str, arrived: list[str]
) -> None:
    sandbox.order(fault)
    with pytest.raises(Unknown):
        x.send(said(LINKED), now=now)
    assert sandbox.posts() == arrived
    assert bool(x.find(said(LINKED), since=clock())) == bool(arrived)


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "{}", '{"data": null}', '{"data": {}}', '"x"']
)
def test_a_success_without_an_id_is_unknown(body: str, now: datetime) -> None:
    with answering("201 Created", body) as x:
        assert isinstance(failure(x, now), Unknown)


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "504 Gateway Timeout"])
def test_a_failing_server_may_have_taken_the_post(status: str, now: datetime) -> None:
    with answering(status, "<html>") as x:
        assert isinstance(failure(x, now), Unknown)


# ---- Not now


def test_nobody_listening_is_temporary(now: datetime) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        x = X(KEYS, api_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        error = failure(x, now)
    assert isinstance(error, Temporary)
    assert error.retry_at is None


NO_POOL: Any = None


@pytest.mark.parametrize(
    "reason",
    [
        lower.NewConnectionError(NO_POOL, "refused"),
        lower.NameResolutionError("api.x.com", NO_POOL, socket.gaierror()),
        lower.ConnectTimeoutError(),
        lower.ProxyError("no proxy", OSError()),
        lower.SSLError(ssl.SSLCertVerificationError("expired")),
    ],
)
def test_what_never_connected_has_sent_nothing(reason: Exception) -> None:
    tried = lower.MaxRetryError(NO_POOL, "/2/tweets", reason)
    assert _nothing_left(requests.ConnectionError(tried))


@pytest.mark.parametrize(
    "cause",
    [
        lower.MaxRetryError(NO_POOL, "/2/tweets", lower.SSLError(ssl.SSLEOFError("gone"))),
        lower.ReadTimeoutError(NO_POOL, "/2/tweets", "slow"),
        lower.ProtocolError("Connection aborted.", ConnectionResetError()),
        "without a cause",
    ],
)
def test_everything_else_may_have_arrived(cause: object) -> None:
    assert not _nothing_left(requests.ConnectionError(cause))


def test_a_used_up_ration_says_when_it_is_back(
    standing_in: Callable[..., Any], now: datetime
) -> None:
    with standing_in(limit=1) as sandbox:
        x = X(KEYS, api_url=sandbox.url)
        before = clock()
        x.send(said("one"), now=before)
        with pytest.raises(Temporary) as raised:
            x.send(said("two"), now=before)
        x.close()
    assert raised.value.retry_at
    assert abs(raised.value.retry_at - before - timedelta(minutes=15)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("windows", "minutes"),
    [
        ({"x_rate_limit": ("0", 7)}, 7),
        ({"x_rate_limit": ("0", 7), "x_user_limit_24hour": ("0", 600)}, 600),
        ({"x_rate_limit": ("0", 7), "x_app_limit_24hour": ("0", 90)}, 90),
        ({"x_rate_limit": ("0", 7), "x_user_limit_24hour": ("3", 600)}, 7),
        ({"x_rate_limit": ("5", 7)}, 15),
        ({"x_rate_limit": ("0", -7)}, 15),
        ({}, 15),
    ],
)
def test_the_last_exhausted_window_counts(
    windows: dict[str, tuple[str, int]], minutes: int, now: datetime
) -> None:
    headers = {}
    for name, (remaining, reset) in windows.items():
        headers[f"{name}_remaining"] = remaining
        headers[f"{name}_reset"] = str(int((now + timedelta(minutes=reset)).timestamp()))
    with answering("429 Too Many Requests", {"detail": "Too Many Requests"}, **headers) as x:
        error = failure(x, now)
    assert isinstance(error, Temporary)
    assert error.retry_at == now + timedelta(minutes=minutes)


@pytest.mark.parametrize("reset", ["soon", "", "9" * 30, "-1"])
def test_a_reset_that_is_no_time_is_passed_over(reset: str, now: datetime) -> None:
    headers = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": reset}
    with answering("429 Too Many Requests", "[]", **headers) as x:
        error = failure(x, now)
    assert isinstance(error, Temporary)
    assert error.retry_at == now + timedelta(minutes=15)


# ---- Never


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        ("401 Unauthorized", {"detail": "Unauthorized"}),
        ("402 Payment Required", {"detail": "No credits left"}),
        ("403 Forbidden", {"detail": "The app has no appropriate oauth1 app permissions."}),
        ("403 Forbidden", {"detail": "Your account is suspended"}),
        ("403 Forbidden", {"errors": [{"message": "Your account is temporarily locked."}]}),
        ("403 Forbidden", {"type": "https://api.x.com/2/problems/client-forbidden"}),
    ],
)
def test_an_account_that_may_not_post_is_stopped(
    status: str, problem: object, now: datetime
) -> None:
    with answering(status, problem) as x:
        error = failure(x, now)
    assert isinstance(error, Permanent)
    assert error.stops_account


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        ("400 Bad Request", {"errors": [{"message": "text is wrong"}]}),
        ("400 Bad Request", {"errors": "odd", "detail": None}),
        ("403 Forbidden", {"detail": "You are not permitted to perform this action."}),
        ("403 Forbidden", {"detail": "You have been blocked from replying"}),
        ("404 Not Found", "<html>not here</html>"),
        ("302 Found", ""),
        ("422 Unprocessable", [1, 2]),
    ],
)
def test_a_post_that_is_refused_stops_nobody_else(
    status: str, problem: object, now: datetime
) -> None:
    with answering(status, problem, Location="http://127.0.0.1:9/") as x:
        error = failure(x, now)
    assert isinstance(error, Permanent)
    assert not error.stops_account


def test_x_is_quoted_in_one_line_of_bounded_length(now: datetime) -> None:
    with answering("400 Bad Request", {"detail": "No\n no, " * 500}) as x:
        reason = failure(x, now).reason
    assert "X says: No no, No" in reason
    assert "\n" not in reason
    assert len(reason) < 400


def test_no_secret_is_shown(sandbox: Sandbox, now: datetime) -> None:
    error = failure(X(replace(KEYS, access_token="43-other"), api_url=sandbox.url), now)
    for shown in (repr(KEYS), str(KEYS), repr(error), error.reason):
        assert "secret" not in shown
        assert "access" not in shown
