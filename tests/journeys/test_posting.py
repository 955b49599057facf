"""An account is connected, a post goes out once, and it is taken back: in a browser, on a phone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import time

import httpx
import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from publisher import clock, wiring
from publisher.sandbox.x import XStandIn, serve
from publisher.sandbox.x.accounts import Client
from publisher.social import posting, posts
from tests.factories import ArticleFactory, MemberFactory
from tests.social.images import drawn

# Each with room for nothing beside it.
POINTS = [f"At {hour} in the morning {'the gulls cry, ' * 14}and all wake up." for hour in (4, 5)]
pytestmark = pytest.mark.django_db(transaction=True)


def own_clock() -> datetime:
    """Return the time as the outside world has it, which does not ask our database."""
    return datetime.fromtimestamp(time(), UTC)


@pytest.fixture
def x(live_server: LiveServer, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """Run the stand-in for X, which knows our app and one account."""
    settings.PUBLISHER_X_CLIENT_ID = "gull-app"
    settings.MEDIA_ROOT = tmp_path / "media"
    owner = ("gull-1", "gull-2", "gull-4", "courier")
    app = Client((f"{live_server.url}/desk/accounts/callback/",))
    stand_in = XStandIn(tmp_path, {"42-gull-3": owner}, clients={"gull-app": app}, clock=own_clock)
    with serve(stand_in) as url:
        settings.PUBLISHER_X_API_URL = settings.PUBLISHER_X_UPLOAD_URL = url
        settings.PUBLISHER_X_AUTHORIZE_URL = f"{url}/i/oauth2/authorize"
        yield url
        stand_in.close()
        wiring.close_networks()


@pytest.fixture
def desk(page: Page, x: str) -> Page:
    """Return the desk, with Cleo the chief, who has connected the account at X."""
    assert x
    ArticleFactory.create(slug="ferry", title="The ferry sails", key_points="\n".join(POINTS))
    MemberFactory.create(email="cleo@courier.example", role="chief")
    page.goto("/desk/accounts/new/?network=x")
    page.get_by_label("E-mail address").fill("cleo@courier.example")
    page.get_by_label("Password").fill("a long enough one")
    page.get_by_role("button", name="Log in").click()
    page.locator("#connect-name").fill("courier")
    page.get_by_role("button", name="Connect with X").click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("status")).to_have_text("“courier” is connected.")
    return page


def work() -> None:
    """Do what a worker would at this moment."""
    now = clock.now()
    for post_id in posts.claim_due(now=now):
        posting.publish(post_id, now=now)


def timeline(x: str) -> list[str]:
    """Return what stands on the account at X, the first post first."""
    rows = httpx.get(f"{x}/_posts.json").json()
    return [row["text"] for row in reversed(rows) if row["deleted_at"] is None]


def post_it_now(desk: Page) -> None:
    desk.get_by_text("Post it now …").click()
    desk.get_by_role("button", name="Yes, on courier at once").click()


def test_a_post_with_a_picture_goes_out_once_and_is_taken_back(desk: Page, x: str) -> None:
    desk.goto("/desk/posts/new/")
    desk.locator("#text").fill("Look: https://courier.news/ferry")
    desk.get_by_role("button", name="Look at it first").click()
    expect(desk.get_by_role("main")).to_contain_text("29 of 280 characters")
    expect(desk.get_by_role("main")).to_contain_text("$0.20")
    desk.get_by_role("button", name="Save as a draft").click()

    desk.locator("#picture").set_input_files(
        {"name": "quay.jpg", "mimeType": "image/jpeg", "buffer": drawn()}
    )
    desk.locator("#picture-alt").fill("The quay at dawn")
    desk.get_by_role("button", name="Add the picture").click()
    expect(desk.get_by_role("img", name="The quay at dawn")).to_be_visible()

    post_it_now(desk)
    work()
    desk.reload()
    expect(desk.get_by_role("link", name="see it on courier")).to_be_visible()
    work()
    assert timeline(x) == ["Look: https://courier.news/ferry"]

    desk.get_by_text("Delete it …").click()
    desk.get_by_role("button", name="Yes, delete post").click()
    work()
    desk.reload()
    expect(desk.get_by_role("main")).to_contain_text("deleted")
    assert timeline(x) == []


def test_a_thread_writes_itself_and_goes_out_in_its_order(desk: Page, x: str) -> None:
    desk.goto("/desk/posts/new/")
    desk.locator("#article").select_option("ferry")
    desk.locator("#variant").select_option("thread")
    desk.get_by_role("button", name="Save as a draft").click()
    post_it_now(desk)
    for _ in range(5):
        work()
    desk.reload()
    expect(desk.get_by_text("Part 1 of 4")).to_be_visible()
    assert [text.split("\n")[0] for text in timeline(x)][:3] == ["The ferry sails", *POINTS]
    assert "/articles/ferry/" in timeline(x)[3]
