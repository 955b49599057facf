"""Who posts on X: by keys or by tokens, and nobody is shown either."""

import logging
import traceback
from dataclasses import replace
from datetime import datetime

import pytest

from publisher.channels import Permanent
from publisher.channels.posts import Attachment
from publisher.channels.x import Keys, Tokens
from publisher.channels.x.credentials import read
from tests.channels.messages import said
from tests.channels.x.places import KEYS, TOKENS, Said, scripted

TAKEN = Said("201 Created", {"data": {"id": "7", "text": "words"}})
PICTURE = Attachment("image/png", "", 1, 1, b"png")
UPLOADING = Said("200 OK", {"data": {"id": "77"}})


def test_tokens_are_shown_with_every_call(now: datetime) -> None:
    me = Said("200 OK", {"data": {"id": "42", "username": "daily"}})
    nothing = Said("200 OK", {"meta": {"result_count": 0}})
    with (
        scripted(TAKEN, me, nothing, UPLOADING, Said(), UPLOADING) as script,
        script.x(TOKENS) as x,
    ):
        x.send(said("words"), now=now)
        x.find(said("words"), since=now)
        x.upload(PICTURE, now=now)
    assert {each.authorization for each in script.asked} == {"Bearer access-secret-3"}
    assert script.lines[1:3] == ["GET /2/users/me", "GET /2/users/42/tweets"]


def test_keys_sign_calls_for_media_too(now: datetime) -> None:
    with scripted(UPLOADING, Said(), UPLOADING) as script, script.x(KEYS) as x:
        x.upload(PICTURE, now=now)
    assert all(each.authorization.startswith("OAuth ") for each in script.asked)
    assert len({each.authorization for each in script.asked}) == 3


def test_no_token_is_in_the_log(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with scripted(TAKEN) as script, script.x(TOKENS) as x:
        x.send(said("words"), now=now)
    assert "/2/tweets" in caplog.text
    assert "secret" not in caplog.text


def test_what_x_says_back_of_a_secret_is_not_passed_on(now: datetime) -> None:
    echo = Said("403 Forbidden", {"detail": "Your token access-secret-3 may not do this."})
    with scripted(echo) as script, script.x(TOKENS) as x, pytest.raises(Permanent) as raised:
        x.send(said("words"), now=now)
    assert "X says: Your token … may not do this" in raised.value.reason


def test_a_token_that_is_no_token_is_not_shown_to_anybody(now: datetime) -> None:
    broken = replace(TOKENS, oauth2_access_token="access-secret-3\r\nHost: elsewhere")
    with scripted() as script, script.x(broken) as x, pytest.raises(Permanent) as raised:
        x.send(said("words"), now=now)
    assert raised.value.stops_account
    assert "secret" not in "".join(traceback.format_exception(raised.value))
    assert not script.asked


def test_no_secret_is_printed() -> None:
    assert "secret" not in f"{KEYS!r} {KEYS} {TOKENS!r} {TOKENS}"


def test_secrets_are_read_as_keys_or_as_tokens() -> None:
    keys = {"consumer_key": "a", "consumer_secret": "b", "access_token": "c"}
    assert read(keys | {"access_token_secret": "d"}) == Keys("a", "b", "c", "d")
    tokens = {"client_id": "a", "oauth2_access_token": "b", "oauth2_refresh_token": "c"}
    assert read(tokens) == Tokens("a", "b", "c")
    assert read(tokens | {"client_secret": "d"}) == Tokens("a", "b", "c", "d")
