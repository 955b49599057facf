"""Short links: where they lead, and that every click is added up once."""

from datetime import datetime

import pytest
from pytest_django import Settings

from publisher import pulse
from publisher.social import shortening
from publisher.social.models import Link
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db
TARGET = "https://courier.example/articles/ferry/?utm_source=x"


def link(code: str, now: datetime) -> shortening.Target:
    """Return a link that is followed."""
    shortening.keep(code, TARGET, PostFactory.create(), now=now)
    found = shortening.target(code)
    assert found is not None
    return found


def clicks(target: shortening.Target) -> int:
    return Link.objects.get(pk=target.link_id).clicks


def test_a_code_is_seven_characters_that_nobody_mistakes() -> None:
    code = shortening.new_code()
    assert len(code) == len(shortening.PLACEHOLDER) == 7
    assert not set(code) & set("0OIl")


@pytest.mark.parametrize("code", ["abcdefg", "preview", "abc", "ABCDEF0", "../../x", "abcdef\n"])
def test_a_code_that_is_not_ours_leads_nowhere(code: str) -> None:
    assert shortening.target(code) is None


def test_clicks_are_added_up_in_batches(own_redis: None, now: datetime) -> None:
    ferry, tram = link("ferry22", now), link("tram222", now)
    for followed in (ferry, ferry, tram):
        shortening.count(followed)
    (batch,) = shortening.claim_counted(now=now)
    shortening.fold(batch)
    shortening.fold(batch)
    assert (clicks(ferry), clicks(tram)) == (2, 1)


def test_the_dispatcher_asks_again_after_a_rest(own_redis: None, now: datetime) -> None:
    shortening.count(link("again22", now))
    assert len(shortening.claim_counted(now=now)) == 1
    shortening.count(link("again33", now))
    assert shortening.claim_counted(now=now) == []


def test_a_batch_that_a_worker_has_left_is_handed_out_again(own_redis: None, now: datetime) -> None:
    ferry = link("again44", now)
    shortening.count(ferry)
    (batch,) = shortening.claim_counted(now=now)
    for later, found in ((shortening.LEASE / 2, []), (shortening.LEASE, [batch])):
        pulse.client().delete("publisher:clicks:resting")
        assert shortening.claim_counted(now=now + later) == found


def test_without_redis_nobody_waits_and_nothing_is_counted(
    settings: Settings, caplog: pytest.LogCaptureFixture, now: datetime
) -> None:
    ferry = link("ferry33", now)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    pulse.client.cache_clear()
    shortening.count(ferry)
    pulse.client.cache_clear()
    assert "clicks are not counted" in caplog.text
