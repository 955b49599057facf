"""Who signs wrongly, late, or twice the same is not let in."""

from pathlib import Path

import pytest

from tests.sandbox.x.calling import START, Caller


@pytest.mark.parametrize(
    "changes",
    [
        {"client_key": "other"},
        {"client_secret": "other"},
        {"resource_owner_key": "44-other"},
        {"resource_owner_secret": "other"},
        {"timestamp": str(int(START.timestamp()) - 301)},
        {"timestamp": str(int(START.timestamp()) + 301)},
        {"timestamp": "soon"},
        {"signature_method": "PLAINTEXT"},
        {"signature_method": "HMAC-SHA256"},
    ],
)
def test_a_wrong_signature_is_unauthorized(caller: Caller, changes: dict[str, str]) -> None:
    answer = caller.post("words", **changes)
    assert answer.status == 401
    assert answer.json["title"] == "Unauthorized"
    assert not caller.received()


def test_a_clock_five_minutes_off_is_let_in(caller: Caller) -> None:
    assert caller.post("words", timestamp=str(int(START.timestamp()) - 300)).status == 201


def test_a_signature_is_good_once(caller: Caller) -> None:
    target = "/2/users/me"
    signature = caller.signature("GET", target)
    assert caller.call("GET", target, HTTP_AUTHORIZATION=signature).status == 200
    assert caller.call("GET", target, HTTP_AUTHORIZATION=signature).status == 401


def test_a_signature_is_good_for_one_address(caller: Caller) -> None:
    signature = caller.signature("GET", "/2/users/42/tweets?max_results=5")
    target = "/2/users/42/tweets?max_results=6"
    assert caller.call("GET", target, HTTP_AUTHORIZATION=signature).status == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer abc", "OAuth ", 'OAuth oauth_token="42-ada"', "OAuth x"]
)
def test_a_call_without_a_signature_is_unauthorized(caller: Caller, header: str) -> None:
    assert caller.call("GET", "/2/users/me", HTTP_AUTHORIZATION=header).status == 401


def test_the_signature_covers_query_and_form_as_the_rfc_says(caller: Caller) -> None:
    # The parameters of RFC 5849, section 3.4.1.3, in all their spellings.
    target = "/2/users/me?b5=%3D%253D&a3=a&c%40=&a2=r%20b&a3=2+q"
    # Let in, and only then told that there are no such parameters.
    assert caller.get(target).status == 400


def test_a_signed_address_is_the_one_the_client_sees(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    target = "/x/2/users/me"
    signature = caller.signature("GET", target)
    answer = caller.call("GET", "/2/users/me", SCRIPT_NAME="/x", HTTP_AUTHORIZATION=signature)
    assert answer.status == 200
