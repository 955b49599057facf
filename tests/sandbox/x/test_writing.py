"""The stand-in takes posts as X does, and refuses what X refuses."""

from datetime import timedelta

import pytest

from tests.sandbox.x.calling import Caller


def test_a_post_is_answered_as_x_does(caller: Caller) -> None:
    answer = caller.post("Read https://news.com/a & b")
    post = answer.json["data"]
    assert answer.status == 201
    assert post["edit_history_tweet_ids"] == [post["id"]]
    assert post["text"].startswith("Read https://t.co/")
    assert post["text"].endswith(" &amp; b")
    assert answer.headers["x-rate-limit-remaining"] == "99"


def test_ids_are_decimal_and_grow(caller: Caller) -> None:
    ids = [int(caller.post(f"number {n}").json["data"]["id"]) for n in range(5)]
    assert ids == sorted(set(ids))
    assert ids[0] > 2**60


def test_the_same_words_are_refused_for_a_day(caller: Caller) -> None:
    caller.post("words")
    again = caller.post(" words\r\n")
    assert again.status == 403
    assert again.json["title"] == "Forbidden"
    assert again.json["type"] == "about:blank"
    assert again.json["detail"] == "You are not allowed to create a Tweet with duplicate content."
    assert caller.post("words", "43-ben").status == 201
    caller.now += timedelta(hours=25)
    assert caller.post("words").status == 201


@pytest.mark.parametrize("text", ["", "  \n", "x" * 281, "字" * 141, "a\ufffeb", None, 7])
def test_what_x_would_not_take_is_a_bad_request(caller: Caller, text: object) -> None:
    assert caller.post(text).status == 400
    assert not caller.received()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": "a", "mood": "b"}', b"\xff"])
def test_a_body_that_is_not_in_the_schema_is_a_bad_request(caller: Caller, body: bytes) -> None:
    signature = caller.signature("POST", "/2/tweets")
    answer = caller.call("POST", "/2/tweets", body, HTTP_AUTHORIZATION=signature)
    assert answer.status == 400
    assert answer.json["title"] == "Invalid Request"


def test_only_json_is_taken(caller: Caller) -> None:
    signature = caller.signature("POST", "/2/tweets")
    body = b'{"text": "words"}'
    options = {"HTTP_AUTHORIZATION": signature, "CONTENT_TYPE": "text/plain"}
    assert caller.call("POST", "/2/tweets", body, **options).status == 400


def test_premium_may_write_long_posts(caller: Caller) -> None:
    assert caller.post("x" * 25_000, "44-cleo").status == 201
    assert caller.post("x" * 25_001, "44-cleo").status == 400
    assert caller.post("字" * 12_501, "44-cleo").status == 400


def test_an_answer_is_tied_to_its_parent(caller: Caller) -> None:
    first, second = caller.thread("first", "second")
    assert [row["in_reply_to"] for row in caller.received()] == [first, ""]
    assert caller.received()[0]["id"] == second


def test_nobody_answers_what_is_not_there(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    caller.send(f"DELETE /2/tweets/{post_id}")
    for parent in (post_id, "7"):
        answer = caller.answer_to(parent, "an answer")
        assert answer.status == 403
        assert answer.json["detail"].startswith("You attempted to reply to a Tweet that is deleted")


@pytest.mark.parametrize(
    "reply", ["7", [], {"in_reply_to_tweet_id": 7}, {"in_reply_to_tweet_id": "x"}, {"to": "7"}]
)
def test_a_reply_that_is_not_in_the_schema_is_a_bad_request(caller: Caller, reply: object) -> None:
    assert caller.send("POST /2/tweets", {"text": "words", "reply": reply}).status == 400
    assert not caller.received()


def test_a_post_is_deleted_once(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    assert caller.send(f"DELETE /2/tweets/{post_id}").json == {"data": {"deleted": True}}
    assert caller.send(f"DELETE /2/tweets/{post_id}").json == {"data": {"deleted": False}}
    assert caller.send("DELETE /2/tweets/7").json == {"data": {"deleted": False}}
    assert caller.get("/2/users/42/tweets").json == {"meta": {"result_count": 0}}
    assert caller.received()[0]["deleted_at"] == "2026-11-23T08:00:00+00:00"


def test_nobody_deletes_what_another_wrote(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    assert caller.send(f"DELETE /2/tweets/{post_id}", token="43-ben").status == 403
    assert caller.received()[0]["deleted_at"] is None


def test_words_that_were_deleted_may_be_said_again(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    caller.send(f"DELETE /2/tweets/{post_id}")
    assert caller.post("words").status == 201
