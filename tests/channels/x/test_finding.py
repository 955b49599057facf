"""Looking on X for what was posted there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.channels import Receipt, Temporary
from publisher.channels.x import X
from publisher.channels.x.finding import is_it
from publisher.sandbox.x import XStandIn, serve
from tests.channels.messages import said
from tests.channels.x.places import KEYS, LINKED, Said, Sandbox, answering, clock, scripted


@pytest.mark.parametrize(
    "words",
    [
        LINKED,
        "Bare news.com/bridge and https://news.com/other, twice",
        "Cafe\u0301 &amp; <b>\n\nsecond  line",
        "plain",
    ],
)
def test_a_post_is_found_though_x_rewrote_it(x: X, now: datetime, words: str) -> None:
    x.send(said("before"), now=now)
    sent = x.send(said(words), now=now)
    x.send(said("after"), now=now)
    assert x.find(said(words), since=clock()) == sent


def test_other_words_and_other_links_are_not_it(x: X, now: datetime) -> None:
    x.send(said(LINKED), now=now)
    assert x.find(said(LINKED.replace("a=1", "a=2")), since=clock()) is None
    assert x.find(said("The bridge opens"), since=clock()) is None


def test_what_is_older_is_not_it(x: X, now: datetime) -> None:
    x.send(said("words"), now=now)
    assert x.find(said("words"), since=clock() + timedelta(minutes=5)) is None


def test_a_post_is_found_behind_a_hundred_others(
    standing_in: Callable[..., Any], now: datetime
) -> None:
    with standing_in(limit=1000) as sandbox:
        x = X(KEYS, api_url=sandbox.url)
        first = x.send(said("the first"), now=now)
        for number in range(105):
            x.send(said(f"number {number}"), now=now)
        assert x.find(said("the first"), since=clock()) == first
        x.close()


def test_the_handle_is_the_screen_name(x: X) -> None:
    assert x.profile().handle == "daily"


def test_an_account_whose_token_does_not_tell_its_id_is_asked_for(tmp_path: Path) -> None:
    keys = replace(KEYS, access_token="opaque")
    app = XStandIn(
        tmp_path,
        {"opaque": (keys.consumer_key, keys.consumer_secret, keys.access_token_secret, "daily")},
        clock=clock,
    )
    with serve(app) as url:
        x = X(keys, api_url=url)
        sent = x.send(said("words"), now=clock())
        assert x.find(said("words"), since=clock()) == sent
        x.close()


@pytest.mark.parametrize("fault", ["503", "drop", "broken-body", "slow"])
def test_a_question_that_fails_may_be_asked_again(sandbox: Sandbox, x: X, fault: str) -> None:
    sandbox.order(fault, route="GET /2/users/:id/tweets")
    with pytest.raises(Temporary):
        x.find(said("words"), since=clock())
    assert x.find(said("words"), since=clock()) is None


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"data": [1], "meta": {}}', '{"data": [{}]}'])
def test_an_answer_that_cannot_be_read_may_be_asked_for_again(body: str, now: datetime) -> None:
    with answering("200 OK", body) as x:
        with pytest.raises(Temporary):
            x.find(said("words"), since=now)
        with pytest.raises(Temporary):
            x.profile()


# ---- By its link, whatever X made of it

LINK = "https://courier.example/s/a1b2"
MESSAGE = said(f"The bridge opens: {LINK}", link=LINK)


def shown(text: str, *links: dict[str, str], **fields: Any) -> dict[str, Any]:
    """Return a post as X shows it."""
    return {"id": "7", "text": text, "entities": {"urls": list(links)}} | fields


def link_to(expanded: str, **fields: str) -> dict[str, str]:
    return {"url": "https://t.co/abc", "expanded_url": expanded} | fields


PICTURE = {"url": "https://t.co/pic", "expanded_url": "https://x.com/daily/status/7/photo/1"}
MESSAGE_SHOWN = shown("The bridge opens: https://t.co/abc", link_to(LINK))


@pytest.mark.parametrize(
    "post",
    [
        MESSAGE_SHOWN,
        shown("Other words https://t.co/abc", link_to(LINK)),
        shown("@daily Other words https://t.co/abc", link_to(LINK), in_reply_to_user_id="42"),
        shown("Words https://t.co/abc", link_to("https://bit.example/1", unwound_url=LINK)),
        # A server that shortens nothing.
        {"id": "7", "text": f"The bridge opens: {LINK}"},
        {"id": "7", "text": f"The bridge opens: {LINK}", "entities": None, "note_tweet": None},
    ],
)
def test_a_post_is_known_by_a_link_that_no_other_has(post: dict[str, Any]) -> None:
    assert is_it(post, MESSAGE)


@pytest.mark.parametrize(
    "post",
    [
        shown("The bridge opens: https://t.co/abc", link_to(LINK + "c")),
        shown("RT @daily: The bridge opens: https://t.co/abc", link_to(LINK)),
        shown("The bridge opens"),
    ],
)
def test_what_has_another_link_or_reposts_it_is_not_it(post: dict[str, Any]) -> None:
    assert not is_it(post, MESSAGE)


@pytest.mark.parametrize("link", [PICTURE, PICTURE | {"expanded_url": "", "media_key": "3_7"}])
def test_the_link_that_x_puts_behind_a_picture_is_none_of_ours(link: dict[str, str]) -> None:
    assert is_it(shown("The bridge opens https://t.co/pic", link), said("The bridge opens"))


def test_of_a_long_post_all_words_are_compared() -> None:
    words = "The bridge opens. " * 40
    whole = {"text": f"{words}https://t.co/abc", "entities": {"urls": [link_to(LINK)]}}
    post = shown(f"{words[:270]}… https://t.co/xyz", note_tweet=whole)
    assert is_it(post, said(words + LINK))
    assert not is_it(post, said(words + "And closes."))


def test_the_last_page_may_leave_out_what_is_empty(now: datetime) -> None:
    first = {"data": [shown("other")], "meta": {"next_token": "more"}}
    pages = [Said("200 OK", first), Said("200 OK", {"data": [MESSAGE_SHOWN]})]
    with scripted(*pages) as script, script.x(KEYS) as x:
        assert x.find(MESSAGE, since=now) == Receipt("7", "https://x.com/i/web/status/7")
    assert script.asked[1].query["pagination_token"] == "more"


def test_a_timeline_that_lags_shows_nothing(now: datetime) -> None:
    with answering("200 OK", {"meta": {"result_count": 0}}) as x:
        assert x.find(MESSAGE, since=now) is None
