"""What an account is told of itself, its timeline and its posts."""

from datetime import timedelta

import pytest

from tests.sandbox.x.calling import Caller


def test_an_account_is_told_who_it_is(caller: Caller) -> None:
    assert caller.get("/2/users/me").json == {
        "data": {"id": "42", "name": "ada", "username": "ada"}
    }


def test_posts_come_newest_first_with_their_links(caller: Caller) -> None:
    caller.post("older")
    caller.post("by another", "43-ben")
    caller.now += timedelta(seconds=1)
    caller.post("see news.com/a")
    answer = caller.get("/2/users/42/tweets?tweet.fields=created_at,entities").json
    newest, older = answer["data"]
    (link,) = newest["entities"]["urls"]
    assert newest["text"] == f"see {link['url']}"
    assert newest["text"][link["start"] : link["end"]] == link["url"]
    assert link["expanded_url"] == "http://news.com/a"
    assert newest["created_at"] == "2026-11-23T08:00:01.000Z"
    assert older["text"] == "older"
    assert "entities" not in older
    assert answer["meta"]["result_count"] == 2


def test_pages_follow_each_other(caller: Caller) -> None:
    for number in range(7):
        caller.post(f"number {number}")
    first = caller.get("/2/users/42/tweets?max_results=5").json
    token = first["meta"]["next_token"]
    second = caller.get(f"/2/users/42/tweets?max_results=5&pagination_token={token}").json
    texts = [post["text"] for post in first["data"] + second["data"]]
    assert texts == [f"number {number}" for number in reversed(range(7))]
    assert "next_token" not in second["meta"]


def test_a_time_may_be_asked_for(caller: Caller) -> None:
    caller.post("older")
    caller.now += timedelta(minutes=10)
    caller.post("newer")
    after = caller.get("/2/users/42/tweets?start_time=2026-11-23T08:05:00Z").json
    before = caller.get("/2/users/42/tweets?end_time=2026-11-23T08:05:00Z").json
    none = caller.get("/2/users/42/tweets?start_time=2026-11-24T00:00:00Z").json
    assert [post["text"] for post in after["data"]] == ["newer"]
    assert [post["text"] for post in before["data"]] == ["older"]
    assert none == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    "query",
    [
        "max_results=4",
        "max_results=101",
        "max_results=x",
        "start_time=now",
        "tweet.fields=x",
        "x=1",
    ],
)
def test_a_question_that_x_would_not_take_is_a_bad_request(caller: Caller, query: str) -> None:
    assert caller.get(f"/2/users/42/tweets?{query}").status == 400


@pytest.mark.parametrize("target", ["/2/users/99/tweets", "/2/nothing", "/2/tweets/x"])
def test_what_is_not_there_is_not_found(caller: Caller, target: str) -> None:
    assert caller.get(target).status == 404


def test_an_answer_names_what_it_answers(caller: Caller) -> None:
    first, second = caller.thread("first", "second")
    answer = caller.get("/2/users/42/tweets?tweet.fields=referenced_tweets").json
    newest, older = answer["data"]
    assert newest["id"] == second
    assert newest["referenced_tweets"] == [{"type": "replied_to", "id": first}]
    assert "referenced_tweets" not in older
