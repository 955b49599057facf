"""An account has so many calls in 15 minutes and in a day, and is told how many are left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.sandbox.x.calling import START, Caller


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


def test_posts_are_counted_by_the_day_for_their_account_and_their_app(caller: Caller) -> None:
    caller.set("limits", {"x-user-limit-24hour": 2, "x-app-limit-24hour": 3})
    headers = caller.post("one").headers
    assert headers["x-user-limit-24hour-limit"] == "2"
    assert headers["x-user-limit-24hour-remaining"] == "1"
    assert headers["x-app-limit-24hour-remaining"] == "2"
    tomorrow = str(int((START + timedelta(hours=24)).timestamp()))
    assert headers["x-app-limit-24hour-reset"] == tomorrow
    assert "x-app-limit-24hour-reset" not in caller.get("/2/users/me").headers


def test_one_window_that_is_used_up_is_enough(caller: Caller) -> None:
    caller.set("limits", {"x-user-limit-24hour": 1, "x-app-limit-24hour": 2})
    caller.post("one")
    refused = caller.post("two")
    assert (refused.status, refused.headers["x-user-limit-24hour-remaining"]) == (429, "0")
    assert refused.headers["x-rate-limit-remaining"] == "99"
    # A call that is refused takes nothing from the other windows.
    assert caller.post("one", "43-ben").status == 201
    assert caller.post("one", "44-cleo").headers["x-app-limit-24hour-remaining"] == "0"
    caller.now += timedelta(hours=24)
    assert caller.post("two").status == 201


def test_every_route_has_x_s_own_limit(caller: Caller) -> None:
    (post_id,) = caller.thread("words")
    limits = {
        target: caller.send(target).headers["x-rate-limit-limit"]
        for target in ("GET /2/users/me", f"DELETE /2/tweets/{post_id}", "GET /2/media/upload")
    }
    assert list(limits.values()) == ["75", "50", "1000"]


@pytest.mark.parametrize("limits", [[], {"x-rate-limit": "3"}, {"x-rate-limit": -1}, {"day": 3}])
def test_limits_that_x_has_not_are_refused(caller: Caller, limits: object) -> None:
    assert caller.set("limits", limits).status == 400
