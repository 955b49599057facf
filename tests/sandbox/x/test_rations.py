"""An account has so many calls in 15 minutes, and is told how many are left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

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
