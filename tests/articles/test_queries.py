"""Readers see what is published and free; those who work here see the rest too."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from publisher.articles import actions, queries
from publisher.articles.manuscripts import Manuscript

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def add(title: str, now: datetime, **more: Any) -> int:
    """Add an article that was published an hour ago."""
    plain = Manuscript(title=title, section="City", published_at=now - HOUR)
    return actions.add(replace(plain, **more), now=now).id


def titles(found: list[queries.Teaser]) -> list[str]:
    return [teaser.title for teaser in found]


def test_readers_see_neither_drafts_nor_what_is_to_come_nor_what_is_embargoed(
    now: datetime,
) -> None:
    add("draft", now, published_at=None)
    add("scheduled", now, published_at=now + HOUR)
    add("embargoed", now, embargo_until=now + HOUR)
    add("published", now, embargo_until=now)
    assert titles(queries.newest(now, limit=9)) == ["published"]
    for slug in ("draft", "scheduled", "embargoed", "published"):
        story = queries.any_by_slug(slug, now)
        assert story is not None
        assert story.state == slug
        assert (queries.by_slug(slug, now) is not None) == (slug == "published")
    assert titles(queries.newest(now + HOUR, limit=9)) == ["scheduled", "published", "embargoed"]
    assert queries.by_slug("gone", now) is queries.any_by_slug("gone", now) is None


def test_the_newest_come_first_and_page_by_page(now: datetime) -> None:
    for hours in (3, 1, 2):
        add(f"{hours} hours ago", now, published_at=now - hours * HOUR)
    assert titles(queries.newest(now, limit=2)) == ["1 hours ago", "2 hours ago"]
    assert titles(queries.newest(now, limit=2, offset=2)) == ["3 hours ago"]


def test_a_section_has_its_own(now: datetime) -> None:
    add("city", now)
    add("sport", now, section="Sport")
    add("nowhere", now, section="")
    assert titles(queries.newest(now, limit=9, section="sport")) == ["sport"]
    assert queries.sections() == [queries.Part("city", "City"), queries.Part("sport", "Sport")]


def test_those_who_work_here_see_drafts_first_and_can_search(now: datetime) -> None:
    add("The ferry", now, standfirst="It is late")
    add("The tide", now, published_at=None)
    add("The wall", now, published_at=now + HOUR)
    assert titles(queries.listed(now)) == ["The tide", "The wall", "The ferry"]
    assert titles(queries.listed(now, search="LATE ferry")) == ["The ferry"]
    assert titles(queries.listed(now, search="100%")) == []


def test_similar_is_what_shares_tags_and_then_what_is_near(now: datetime) -> None:
    subject = add("subject", now, tags=("a", "b", "c"))
    add("two tags far", now, tags=("a", "b"), section="Sport", published_at=now)
    add("two tags near", now, tags=("b", "c", "x"))
    add("one tag", now, tags=("c", "x", "y"), section="Sport", published_at=now)
    add("near new", now, published_at=now)
    add("near old", now, published_at=now - 9 * HOUR)
    add("neither", now, section="Sport")
    add("draft", now, tags=("a", "b", "c"), published_at=None)
    near = ["two tags near", "two tags far", "one tag", "near new", "near old"]
    assert titles(queries.similar(subject, now, limit=9)) == near
    assert titles(queries.similar(subject, now)) == near[:4]


def test_an_article_without_tags_and_section_is_like_no_other(now: datetime) -> None:
    add("other", now, section="")
    assert queries.similar(add("subject", now, section=""), now) == []


def test_a_teaser_says_how_long_a_story_takes(now: datetime) -> None:
    add("short", now, body="<p>One.</p>")
    add("long", now, body=f"<p>{'word ' * 1000}</p>", video="https://video.example/1")
    long, short = queries.newest(now, limit=2)
    assert (short.minutes, short.is_video) == (1, False)
    assert (long.minutes, long.is_video) == (5, True)


def test_an_address_is_ascii(now: datetime) -> None:
    add("Паром", now)
    (teaser,) = queries.newest(now, limit=1)
    assert teaser.slug == "паром"
    assert teaser.path == "/articles/%D0%BF%D0%B0%D1%80%D0%BE%D0%BC/"


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("fa-Arab-IR", "rtl"),
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("ks-Deva", "ltr"),
    ],
)
def test_a_language_has_a_direction(language: str, direction: str) -> None:
    assert queries.direction(language) == direction


def test_a_list_takes_two_queries_however_long_it_is(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    subject = 0
    for number in range(5):
        subject = add(f"n{number}", now, tags=("a", "b"), authors=(f"Ada {number}", "Ben"))
    with django_assert_num_queries(2):
        assert len(queries.newest(now, limit=9)) == 5
    with django_assert_num_queries(2):
        assert len(queries.listed(now)) == 5
    with django_assert_num_queries(3):
        assert queries.by_slug("n1", now) is not None
    with django_assert_num_queries(2):
        assert len(queries.similar(subject, now)) == 4
    with django_assert_num_queries(3):
        assert len(queries.similar(subject, now, limit=9)) == 4
