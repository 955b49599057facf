"""Posts outlive the stand-in that took them."""

import json
from datetime import timedelta

from tests.sandbox.x.calling import Caller
from tests.sandbox.x.uploads import uploaded


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


def test_a_restart_forgets_no_thread_no_picture_and_no_deletion(caller: Caller) -> None:
    first, second = caller.thread("first", "second")
    media_id = uploaded(caller, b"pixels")
    caller.show("third", media_id)
    caller.send(f"DELETE /2/tweets/{second}")
    before = caller.received()
    caller.restart()
    assert caller.received() == before
    assert caller.answer_to(second, "too late").status == 403
    assert caller.answer_to(first, "in time").status == 201
    assert caller.call("GET", f"/_media/{media_id}").body == b"pixels"


def test_what_older_versions_wrote_is_read(caller: Caller) -> None:
    row = {"id": "7", "account": "ada", "text": "old", "received_at": "2026-11-01T08:00:00+00:00"}
    (caller.folder / "x-posts.jsonl").write_text(json.dumps(row) + "\n")
    caller.restart()
    assert [post["text"] for post in caller.get("/2/users/42/tweets").json["data"]] == ["old"]
