"""The stand-in for X keeps X's contract, and its page says what was posted and nothing more."""

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from oauthlib.oauth1 import Client  # type: ignore[import-untyped]  # it comes without stubs

from publisher.sandbox.x import XStandIn

HOST = "127.0.0.1:8001"
KEYS = {
    "42-ada": ("app", "app-secret", "ada-secret", "ada"),
    "43-ben": ("app", "app-secret", "ben-secret", "ben"),
}
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Caller:
    """Calls the stand-in as a signing client does; `now` is the time on both sides."""

    folder: Path
    limit: int = 100
    now: datetime = START
    signed: int = field(default=0)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.app = XStandIn(self.folder, KEYS, clock=lambda: self.now, limit=self.limit)

    def signature(self, method: str, target: str, token: str = "42-ada", **changes: Any) -> str:
        self.signed += 1
        key, secret, token_secret, _ = KEYS[token]
        options = {
            "client_key": key,
            "client_secret": secret,
            "resource_owner_key": token,
            "resource_owner_secret": token_secret,
            "timestamp": str(int(self.now.timestamp())),
            "nonce": str(self.signed),
        }
        client = Client(**options | changes)
        return str(client.sign(f"http://{HOST}{target}", method)[1]["Authorization"])

    def call(self, method: str, target: str, body: bytes = b"", **environ: str) -> Answer:
        path, _, query = target.partition("?")
        said: list[Any] = []
        chunks = self.app(
            {
                "REQUEST_METHOD": method,
                "SCRIPT_NAME": "",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(body)),
                "REMOTE_ADDR": "127.0.0.1",
                "HTTP_HOST": HOST,
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(body),
            }
            | environ,
            lambda status, headers: said.append((int(status[:3]), dict(headers))),
        )
        status, headers = said[0]
        return Answer(status, headers, b"".join(chunks))

    def get(self, target: str, token: str = "42-ada") -> Answer:
        return self.call("GET", target, HTTP_AUTHORIZATION=self.signature("GET", target, token))

    def post(self, text: object, token: str = "42-ada", **changes: Any) -> Answer:
        signature = self.signature("POST", "/2/tweets", token, **changes)
        body = json.dumps({"text": text}).encode()
        return self.call("POST", "/2/tweets", body, HTTP_AUTHORIZATION=signature)

    def order(self, *orders: object, **environ: str) -> Answer:
        return self.call("POST", "/_faults", json.dumps(orders).encode(), **environ)

    def received(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = self.call("GET", "/_posts.json").json
        return rows


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller(tmp_path / "sandbox")


# ---- Posting


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


# ---- Signatures


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
    assert caller.get(target).status == 200


# ---- Rations


def test_a_ration_is_used_up_and_comes_back(tmp_path: Path) -> None:
    caller = Caller(tmp_path, limit=2)
    assert caller.post("one").headers["x-rate-limit-remaining"] == "1"
    caller.post("two")
    refused = caller.post("three")
    assert refused.status == 429
    assert refused.headers["x-rate-limit-limit"] == "2"
    assert refused.headers["x-rate-limit-remaining"] == "0"
    reset = int(refused.headers["x-rate-limit-reset"])
    assert reset == int((START + timedelta(minutes=15)).timestamp())
    assert caller.post("three", "43-ben").status == 201
    caller.now = datetime.fromtimestamp(reset, UTC)
    assert caller.post("three").status == 201


# ---- Reading


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


@pytest.mark.parametrize("target", ["/2/users/99/tweets", "/2/nothing", "/2/tweets"])
def test_what_is_not_there_is_not_found(caller: Caller, target: str) -> None:
    assert caller.get(target).status == 404


# ---- Faults


@pytest.mark.parametrize(
    ("kind", "stored"), [("503", 0), ("503-stored", 1), ("broken-body", 1), ("slow", 1)]
)
def test_a_fault_spoils_as_many_answers_as_were_ordered(
    caller: Caller, kind: str, stored: int
) -> None:
    caller.order({"kind": kind, "count": 2, "seconds": 0})
    first, second = caller.post("one"), caller.post("two")
    assert len(caller.received()) == 2 * stored
    assert first.status == second.status
    assert caller.post("three").status == 201


@pytest.mark.parametrize(("kind", "stored"), [("drop", 1), ("drop-before", 0)])
def test_a_dropped_call_gets_no_answer(caller: Caller, kind: str, stored: int) -> None:
    caller.order({"kind": kind})
    with pytest.raises(ConnectionAbortedError):
        caller.post("words")
    assert len(caller.received()) == stored


def test_a_fault_waits_for_its_route(caller: Caller) -> None:
    caller.order({"kind": "503", "route": "GET /2/users/me"})
    assert caller.post("words").status == 201
    assert caller.get("/2/users/me").status == 503


@pytest.mark.parametrize(
    "orders",
    [["503"], [{"kind": "404"}], [{"kind": "503", "count": "many"}], [{"kind": "503", "x": 1}]],
)
def test_an_order_that_is_not_understood_is_refused(caller: Caller, orders: list[object]) -> None:
    assert caller.order(*orders).status == 400
    assert caller.post("words").status == 201


@pytest.mark.parametrize(
    "environ", [{"REMOTE_ADDR": "192.0.2.1"}, {"CONTENT_TYPE": "text/plain"}, {"REMOTE_ADDR": ""}]
)
def test_faults_are_ordered_from_this_machine_only(caller: Caller, environ: dict[str, str]) -> None:
    assert caller.order({"kind": "503"}, **environ).status == 403
    assert caller.post("words").status == 201


# ---- Memory


def test_a_restart_forgets_no_post(caller: Caller) -> None:
    caller.post("line\nbreaks \u2028 and 字")
    caller.now += timedelta(minutes=1)
    caller.restart()
    assert caller.post("line\nbreaks \u2028 and 字").status == 403
    caller.post("later")
    assert [row["text"] for row in caller.received()] == ["later", "line\nbreaks \u2028 and 字"]
    assert caller.received()[0]["received_at"] == "2026-11-23T08:01:00+00:00"


def test_a_line_torn_by_a_crash_is_dropped(caller: Caller) -> None:
    caller.post("whole")
    with (caller.folder / "x-posts.jsonl").open("a") as file:
        file.write('{"id": "1", "acc')
    caller.restart()
    caller.post("after")
    caller.restart()
    assert [row["text"] for row in caller.received()] == ["after", "whole"]


# ---- The page


def test_the_page_shows_posts_with_links_newest_first(caller: Caller) -> None:
    caller.post("older, at http://127.0.0.1:8000/articles/a/")
    caller.now += timedelta(minutes=1)
    caller.post("newer, at news.com/b")
    answer = caller.call("GET", "/")
    page = answer.body.decode()
    assert answer.status == 200
    assert page.index("newer") < page.index("older")
    assert 'href="https://news.com/b"' in page
    assert 'href="http://127.0.0.1:8000/articles/a/"' in page
    assert "@ada" in page
    assert 'datetime="2026-11-23T08:01:00+00:00"' in page


def test_the_page_runs_and_loads_nothing_that_was_posted(caller: Caller) -> None:
    caller.post("<script>alert(1)</script> <img src=x onerror=y> https://news.com/\"onclick='z'")
    answer = caller.call("GET", "/")
    page = answer.body.decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self'")


def test_the_empty_page_says_so(caller: Caller) -> None:
    assert b"Nothing has been posted yet" in caller.call("GET", "/").body


def test_a_signed_address_is_the_one_the_client_sees(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    target = "/x/2/users/me"
    signature = caller.signature("GET", target)
    answer = caller.call("GET", "/2/users/me", SCRIPT_NAME="/x", HTTP_AUTHORIZATION=signature)
    assert answer.status == 200
