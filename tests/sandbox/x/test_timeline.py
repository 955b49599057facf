"""The page for people says what was posted and runs nothing of it."""

from datetime import timedelta

from tests.sandbox.x.calling import Caller


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
