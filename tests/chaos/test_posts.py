"""200 posts on ten accounts while everything fails: each is out once, or honestly unsure."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from publisher import secrecy
from publisher.sandbox.x import XStandIn, serve
from publisher.social import posts
from publisher.social.models import Account, Post
from publisher.social.posts import Plan
from tests.chaos.house import House

pytestmark = [pytest.mark.slow, pytest.mark.chaos]
ACCOUNTS, POSTS = 10, 200
SPREAD_SECONDS = 8
# Longer than the second look-up of what is in doubt.
PATIENCE_SECONDS = 180
_LOOK_EVERY_SECONDS = 0.3
# Answers that are lost, late, broken or refused; each meets some post.
FAULTS = {
    "drop": 12,
    "503-stored": 8,
    "broken-body": 6,
    "503": 8,
    "drop-before": 6,
}
_ON_THEIR_WAY = ("scheduled", "posting")


def clock() -> datetime:
    """Return the real time, with which calls to X are signed."""
    return datetime.fromtimestamp(time.time(), UTC)


def keys(number: int) -> dict[str, str]:
    return {
        "consumer_key": "gull-1",
        "consumer_secret": "gull-2",
        "access_token": f"{number}-gull-3",
        "access_token_secret": "gull-4",
    }


@pytest.fixture
def x(house: House, tmp_path: Path) -> Iterator[str]:
    """Run the stand-in, with an account for each of ours; return its address."""
    Post.objects.all().delete()
    Account.objects.all().delete()
    accounts = {}
    for number in range(1, ACCOUNTS + 1):
        own = keys(number)
        accounts[own["access_token"]] = ("gull-1", "gull-2", "gull-4", f"paper{number}")
        Account.objects.create(
            name=f"paper{number}",
            network="x",
            credentials=secrecy.seal(own),
            gap=timedelta(0),
            created_at=clock(),
        )
    app = XStandIn(tmp_path, accounts, clock=clock, limit=10_000)
    with ExitStack() as open_until_the_end:
        open_until_the_end.enter_context(serve(app, port=house.x_port))
        open_until_the_end.callback(app.close)
        yield f"http://127.0.0.1:{house.x_port}"


def schedule(dice: random.Random) -> None:
    """Let posts come due over the next seconds."""
    now = clock()
    for number in range(POSTS):
        due_at = now + timedelta(seconds=1 + dice.uniform(0, SPREAD_SECONDS))
        plan = Plan(f"paper{number % ACCOUNTS + 1}", text=f"Ship {number} has come in.")
        posts.create(plan, by=None, now=now, due_at=due_at)


def order_faults(x: str, dice: random.Random) -> None:
    kinds = [kind for kind, count in FAULTS.items() for _ in range(count)]
    dice.shuffle(kinds)
    httpx.post(f"{x}/_faults", json=[{"kind": kind} for kind in kinds]).raise_for_status()


def states() -> Counter[str]:
    return Counter(Post.objects.values_list("state", flat=True))


def wait_until_settled(house: House) -> None:
    """Return when nothing is on its way any more; fails after a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(states()[state] for state in _ON_THEIR_WAY) or _looked_up_soon():
        assert time.monotonic() < deadline, f"{states()}\n{house.processes.all_last_words()}"
        time.sleep(_LOOK_EVERY_SECONDS)


def _looked_up_soon() -> bool:
    """Whether a post in doubt has not been looked up even once."""
    return Post.objects.filter(state="unsure", sent_at__gt=clock() - timedelta(seconds=45)).exists()


def timeline(x: str) -> Counter[str]:
    return Counter(row["text"] for row in httpx.get(f"{x}/_posts.json").json())


def require_honest(x: str) -> None:
    """Check that each is out once and said to be, or said to be in doubt, or surely not out."""
    out = timeline(x)
    assert {text: count for text, count in out.items() if count > 1} == {}
    posted = set(Post.objects.filter(state="posted").values_list("text", flat=True))
    unsure = set(Post.objects.filter(state="unsure").values_list("text", flat=True))
    assert posted <= set(out)
    assert set(out) <= posted | unsure
    assert set(states()) <= {"posted", "unsure"}, states()


@pytest.mark.thorough
def test_posts_whose_answers_are_lost(house: House, x: str, dice: random.Random) -> None:
    order_faults(x, dice)
    schedule(dice)
    wait_until_settled(house)
    require_honest(x)
    # What X has is found there; the rest never got there.
    assert len(timeline(x)) == states()["posted"]


def test_posts_while_everything_is_killed(house: House, x: str, dice: random.Random) -> None:
    order_faults(x, dice)
    schedule(dice)
    begun = time.monotonic()
    victims = ["posts", "dispatch", "posts", "beat", "posts", "posts"]
    moments = sorted(dice.uniform(1, SPREAD_SECONDS) for _ in victims)
    for name, moment in zip(victims, moments, strict=True):
        time.sleep(max(0, begun + moment - time.monotonic()))
        house.processes.kill(name)
        house.redis.flush()
        house.processes.start(name, house.host)
    wait_until_settled(house)
    require_honest(x)
