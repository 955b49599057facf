"""What is asked of X after a post is out: its figures, to take it back, and whose it is."""

from datetime import datetime, timedelta

import pytest

from publisher.channels import ChannelError, Permanent, Temporary
from publisher.channels.posts import Figures, Profile
from tests.channels.x.places import Said, scripted

PUBLIC = {
    "retweet_count": 3,
    "reply_count": 2,
    "like_count": 17,
    "quote_count": 1,
    "bookmark_count": 4,
    "impression_count": 1234,
}
MISSING = {
    "title": "Not Found Error",
    "type": "https://api.x.com/2/problems/resource-not-found",
    "resource_type": "tweet",
    "resource_id": "2",
    "detail": "Could not find tweet with ids: [2].",
}


def posted(moment: datetime) -> str:
    """Return the id of a post from then, as X makes them."""
    return str((int(moment.timestamp() * 1000) - 1288834974657) << 22)


# ---- Figures


def test_figures_come_by_post_without_those_that_are_gone(now: datetime) -> None:
    answer = {"data": [{"id": "1", "text": "…", "public_metrics": PUBLIC}], "errors": [MISSING]}
    with scripted(Said("200 OK", answer)) as script, script.x() as x:
        told = x.figures(["1", "2"], now=now)
    assert told == {"1": Figures(impressions=1234, likes=17, reposts=3, replies=2)}
    assert script.lines == ["GET /2/tweets"]
    assert script.asked[0].query == {"ids": "1,2", "tweet.fields": "public_metrics"}


def test_clicks_are_told_of_young_posts(now: datetime) -> None:
    young, old = posted(now - timedelta(days=29)), posted(now - timedelta(days=31))
    private = {"impression_count": 1300, "url_link_clicks": 55, "user_profile_clicks": 6}
    whole = {"id": young, "public_metrics": PUBLIC, "non_public_metrics": private}
    answers = [{"data": [whole]}, {"data": [{"id": old, "public_metrics": PUBLIC}]}]
    with scripted(*(Said("200 OK", each) for each in answers)) as script, script.x() as x:
        told = x.figures([old, young], now=now)
    assert (told[young].clicks, told[old].clicks) == (55, None)
    assert [each.query["ids"] for each in script.asked] == [young, old]
    assert script.asked[0].query["tweet.fields"] == "public_metrics,non_public_metrics"


def test_a_post_whose_clicks_are_not_for_us_is_asked_for_again_without(now: datetime) -> None:
    young = posted(now)
    kind = "https://api.x.com/2/problems/not-authorized-for-field"
    refusal = {"errors": [{"type": kind, "resource_id": young, "field": "non_public_metrics"}]}
    answers = [refusal, {"data": [{"id": young, "public_metrics": PUBLIC}]}]
    with scripted(*(Said("200 OK", each) for each in answers)) as script, script.x() as x:
        assert x.figures([young], now=now)[young].likes == 17


def test_what_x_leaves_out_is_not_known(now: datetime) -> None:
    answer = {"data": [{"id": "1", "something_new": 1}]}
    with scripted(Said("200 OK", answer)) as script, script.x() as x:
        assert x.figures(["1"], now=now) == {"1": Figures()}


def test_of_nothing_nothing_is_asked(now: datetime) -> None:
    with scripted() as script, script.x() as x:
        assert x.figures([], now=now) == {}
    assert not script.asked


@pytest.mark.parametrize("status", ["500 Oops", "503 Service Unavailable"])
def test_figures_that_fail_at_x_may_be_asked_for_again(status: str, now: datetime) -> None:
    with scripted(Said(status)) as script, script.x() as x, pytest.raises(Temporary) as raised:
        x.figures(["1"], now=now)
    assert "taken" not in raised.value.reason


@pytest.mark.parametrize("body", ["", "[]", '{"data": [1]}', '{"data": 7}', '{"errors": [1]}'])
def test_figures_that_cannot_be_read_may_be_asked_for_again(body: str, now: datetime) -> None:
    young = posted(now)
    with scripted(Said("200 OK", body)) as script, script.x() as x, pytest.raises(Temporary):
        x.figures([young], now=now)


def test_a_used_up_ration_of_questions_says_when_it_is_back(now: datetime) -> None:
    reset = str(int(now.timestamp()) + 7200)
    headers = {"x_app_limit_24hour_remaining": "0", "x_app_limit_24hour_reset": reset}
    full = Said("429 Too Many Requests", {"detail": "Too Many Requests"}, headers)
    with scripted(full) as script, script.x() as x, pytest.raises(Temporary) as raised:
        x.figures(["1"], now=now)
    assert raised.value.retry_at == now + timedelta(hours=2)


def test_who_may_not_read_may_still_post(now: datetime) -> None:
    problem = {"type": "https://api.x.com/2/problems/client-forbidden", "detail": "No access level"}
    refusal = Said("403 Forbidden", problem)
    with scripted(refusal) as script, script.x() as x, pytest.raises(Permanent) as raised:
        x.figures(["1"], now=now)
    assert not raised.value.stops_account


@pytest.mark.parametrize("status", ["401 Unauthorized", "402 Payment Required"])
def test_who_may_do_nothing_is_stopped_by_a_question_too(status: str, now: datetime) -> None:
    with scripted(Said(status)) as script, script.x() as x, pytest.raises(Permanent) as raised:
        x.figures(["1"], now=now)
    assert raised.value.stops_account


# ---- Taking back


@pytest.mark.parametrize(
    "answer",
    [
        Said("200 OK", {"data": {"deleted": True}}),
        Said("200 OK", {"data": {"deleted": False}}),
        Said("200 OK", {"errors": [MISSING]}),
        Said("200 OK", "<html>"),
        Said("404 Not Found", MISSING),
    ],
)
def test_a_post_is_taken_back_or_was_gone_already(answer: Said, now: datetime) -> None:
    with scripted(answer) as script, script.x() as x:
        x.delete("2", now=now)
    assert script.lines == ["DELETE /2/tweets/2"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said("403 Forbidden", {"detail": "You are not authorized to delete it."}), Permanent),
        (Said("503 Service Unavailable"), Temporary),
        (Said("429 Too Many Requests"), Temporary),
    ],
)
def test_a_post_that_is_not_taken_back_says_so(
    answer: Said, kind: type[ChannelError], now: datetime
) -> None:
    with scripted(answer) as script, script.x() as x, pytest.raises(kind):
        x.delete("2", now=now)


# ---- Whose it is


@pytest.mark.parametrize(
    "paid",
    [
        {"subscription_type": "Basic"},
        {"subscription_type": "Premium", "verified_type": "none"},
        {"subscription_type": "PremiumPlus"},
        {"verified_type": "blue"},
        {"subscription_type": "None", "verified_type": "business"},
    ],
)
def test_who_pays_may_write_more(paid: dict[str, str]) -> None:
    me = {"id": "42", "name": "Daily", "username": "daily"} | paid
    with scripted(Said("200 OK", {"data": me})) as script, script.x() as x:
        assert x.profile() == Profile("daily", {"characters": 25_000})
    assert script.asked[0].query == {"user.fields": "subscription_type,verified_type"}


@pytest.mark.parametrize(
    "free", [{}, {"subscription_type": "None"}, {"verified_type": "none"}, {"verified_type": None}]
)
def test_who_does_not_pay_has_the_usual_limits(free: dict[str, str | None]) -> None:
    me = {"id": "42", "name": "Daily", "username": "daily"} | free
    with scripted(Said("200 OK", {"data": me})) as script, script.x() as x:
        assert x.profile() == Profile("daily")
