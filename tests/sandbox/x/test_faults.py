"""What goes wrong goes wrong as often as it was ordered, where it was ordered."""

from datetime import timedelta

import pytest

from tests.sandbox.x.calling import START, Caller


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
    [
        ["503"],
        [{"kind": "404"}],
        [{"kind": "503", "count": "many"}],
        [{"kind": "503", "x": 1}],
        [{"kind": "slow", "seconds": "long"}],
        [{"kind": "503", "route": "GET /"}],
        [{"kind": "429", "windows": "day"}],
    ],
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


def test_credits_are_used_up_in_x_s_own_words(caller: Caller) -> None:
    caller.order({"kind": "402"})
    refused = caller.post("words")
    assert (refused.status, refused.json["title"]) == (402, "CreditsDepleted")
    assert refused.json["type"] == "https://api.twitter.com/2/problems/credits"
    assert not caller.received()


def test_the_windows_that_are_used_up_can_be_ordered(caller: Caller) -> None:
    windows = ["x-app-limit-24hour"]
    caller.order({"kind": "429", "windows": windows, "seconds": 3600})
    refused = caller.post("words")
    assert (refused.status, refused.headers["x-app-limit-24hour-remaining"]) == (429, "0")
    reset = str(int((START + timedelta(hours=1)).timestamp()))
    assert refused.headers["x-app-limit-24hour-reset"] == reset
    assert refused.headers["x-rate-limit-remaining"] == "99"
    assert caller.post("words").headers["x-app-limit-24hour-remaining"] == "9998"


def test_a_fault_is_ordered_on_any_route(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    caller.order({"kind": "drop", "route": "DELETE /2/tweets/:id"})
    with pytest.raises(ConnectionAbortedError):
        caller.send(f"DELETE /2/tweets/{post_id}")
    assert caller.received()[0]["deleted_at"] is not None
