"""The page for people says what was posted and runs nothing of it."""

from datetime import timedelta

import pytest

from tests.sandbox.x.calling import Caller
from tests.sandbox.x.uploads import uploaded


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


def test_a_thread_stands_together_in_its_order(caller: Caller) -> None:
    first, second = caller.thread("first part", "second part")
    caller.post("something newer")
    page = caller.call("GET", "/").body.decode()
    assert page.index("something newer") < page.index("first part") < page.index("second part")
    assert page.count('<ol class="box">') == 2
    assert page.index(f"post-{first}") < page.index(f"post-{second}")


def test_a_deleted_post_is_struck_out(caller: Caller) -> None:
    (post_id,) = caller.thread("a mistake")
    caller.send(f"DELETE /2/tweets/{post_id}")
    page = caller.call("GET", "/").body.decode()
    assert "<del>a mistake</del>" in page
    assert "1 post," in page


def test_every_link_has_a_card_of_its_host_and_path(caller: Caller) -> None:
    caller.post("Read https://news.com/ferry?a=1 and https://courier.com")
    page = caller.call("GET", "/").body.decode()
    assert "<span>news.com</span> /ferry?a=1</a>" in page
    assert "<span>courier.com</span> /</a>" in page


def test_a_picture_is_shown_with_its_alt_text_and_no_card(caller: Caller) -> None:
    media_id = uploaded(caller, b"\x89PNG pixels", alt="A <gull>")
    caller.show("Look: https://news.com/gull", media_id)
    page = caller.call("GET", "/", SCRIPT_NAME="/x").body.decode()
    assert f'<img src="/x/_media/{media_id}" alt="A &lt;gull&gt;">' in page
    assert 'class="link"' not in page
    picture = caller.call("GET", f"/_media/{media_id}")
    assert (picture.body, picture.headers["Content-Type"]) == (b"\x89PNG pixels", "image/png")


@pytest.mark.parametrize("name", ["1", "../x-posts.jsonl", "%2e%2e/x-posts.jsonl", ""])
def test_nothing_but_media_of_posts_is_served(caller: Caller, name: str) -> None:
    caller.post("words")
    uploaded(caller, b"not posted")
    assert caller.call("GET", f"/_media/{name}").status == 404
