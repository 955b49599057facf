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


def test_the_end_of_a_long_post_is_told_only_to_those_who_ask(caller: Caller) -> None:
    post_id = caller.post(f"{'word ' * 60}https://news.com/a", "44-cleo").json["data"]["id"]
    target = f"/2/tweets/{post_id}?tweet.fields=entities"
    short = caller.get(target).json["data"]
    whole = caller.get(f"{target},note_tweet").json["data"]["note_tweet"]
    assert (short["text"], "entities" in short) == (("word " * 54).strip(), False)
    assert whole["text"].endswith(whole["entities"]["urls"][0]["url"])


def test_premium_is_a_blue_mark(caller: Caller) -> None:
    target = "/2/users/me?user.fields=verified_type,subscription_type"
    free, paid = caller.get(target).json["data"], caller.get(target, "44-cleo").json["data"]
    assert (free["verified_type"], free["subscription_type"]) == ("none", "None")
    assert (paid["verified_type"], paid["subscription_type"]) == ("blue", "Premium")


def test_posts_are_looked_up_by_their_ids(caller: Caller) -> None:
    first, second = caller.thread("first", "second")
    caller.send(f"DELETE /2/tweets/{second}")
    answer = caller.get(f"/2/tweets?ids={first},{second},7").json
    assert [post["text"] for post in answer["data"]] == ["first"]
    assert [error["resource_id"] for error in answer["errors"]] == [second, "7"]
    assert answer["errors"][0]["title"] == "Not Found Error"


def test_one_post_is_looked_up_by_its_id(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    assert caller.get(f"/2/tweets/{post_id}").json["data"]["text"] == "words"
    gone = caller.get("/2/tweets/7")
    assert (gone.status, gone.json.keys()) == (200, {"errors"})


def test_figures_are_the_same_every_time(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    target = f"/2/tweets?ids={post_id}&tweet.fields=public_metrics,non_public_metrics"
    (first,), (second,) = caller.get(target).json["data"], caller.get(target).json["data"]
    assert first == second
    assert first["public_metrics"].keys() >= {"like_count", "retweet_count", "impression_count"}
    assert "url_link_clicks" in first["non_public_metrics"]


def test_figures_can_be_said(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    assert caller.set("figures", {post_id: {"like_count": 3}}).status == 200
    target = f"/2/tweets/{post_id}?tweet.fields=public_metrics"
    assert caller.get(target).json["data"]["public_metrics"]["like_count"] == 3


@pytest.mark.parametrize("figures", [[], {"1": 3}, {"1": {"likes": 3}}, {"1": {"like_count": "3"}}])
def test_figures_that_x_has_not_are_refused(caller: Caller, figures: object) -> None:
    assert caller.set("figures", figures).status == 400


def test_others_are_not_told_what_only_the_author_is(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    target = f"/2/tweets?ids={post_id}&tweet.fields=organic_metrics,public_metrics"
    answer = caller.get(target, "43-ben").json
    assert "organic_metrics" not in answer["data"][0]
    assert answer["errors"][0]["title"] == "Field Authorization Error"


def test_private_figures_are_told_for_thirty_days(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    caller.now += timedelta(days=30)
    answer = caller.get(f"/2/tweets/{post_id}?tweet.fields=non_public_metrics").json
    assert "non_public_metrics" not in answer["data"]


@pytest.mark.parametrize("query", ["", "ids=", "ids=x", "ids=" + ",".join("1" * 101), "ids=1&x=1"])
def test_a_lookup_that_x_would_not_take_is_a_bad_request(caller: Caller, query: str) -> None:
    assert caller.get(f"/2/tweets?{query}").status == 400


def test_a_lagging_timeline_shows_only_what_is_old_enough(caller: Caller) -> None:
    caller.post("older")
    caller.now += timedelta(seconds=30)
    caller.post("newer")
    caller.order({"kind": "lag", "seconds": 20})
    lagging = caller.get("/2/users/42/tweets").json["data"]
    assert [post["text"] for post in lagging] == ["older"]
    assert len(caller.get("/2/users/42/tweets").json["data"]) == 2
