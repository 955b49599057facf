"""Articles come in once, keep their slug, and are seen when somebody says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.articles import actions, files, queries, slugs
from publisher.articles.manuscripts import Manuscript
from publisher.articles.models import Article, Author, Feed, Section, Tag
from publisher.errors import Refused
from tests.loopback import AT_HOME

pytestmark = pytest.mark.django_db

FERRY = Manuscript(
    title="The ferry is late",
    standfirst="Passengers wait.",
    body="<p>It was due at noon.</p>",
    section="City",
    tags=("harbour", "ferry"),
    authors=("Ben Bakker", "Ada Byron"),
    published_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
)


def test_an_article_comes_in_with_everything_it_names(now: datetime) -> None:
    added = actions.add(FERRY, now=now)
    story = queries.any_by_slug("the-ferry-is-late", now)
    assert story is not None
    assert (added.id, added.slug, added.is_new) == (story.id, "the-ferry-is-late", True)
    assert (story.section, story.section_slug) == ("City", "city")
    assert story.authors == ("Ben Bakker", "Ada Byron"), "in the order in which they are named"
    assert story.tags == ("ferry", "harbour")
    assert Article.objects.get().words == 5


def test_what_posts_may_say_is_kept_and_an_evergreen_stays_one(now: datetime) -> None:
    told = replace(FERRY, slug="ferry", quote="At last.", key_points=("It sails", "It pays"))
    actions.add(replace(told, is_evergreen=True, evergreen_until=now), now=now)
    actions.add(told, now=now)
    article = Article.objects.get()
    assert (article.quote, article.key_points) == ("At last.", "It sails\nIt pays")
    assert (article.is_evergreen, article.evergreen_until) == (True, now)


def test_articles_of_one_title_get_slugs_of_their_own(now: datetime) -> None:
    found = [actions.add(FERRY, now=now).slug for _ in range(3)]
    assert found == ["the-ferry-is-late", "the-ferry-is-late-2", "the-ferry-is-late-3"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Zoë's café: 50% off!", "zoes-cafe-50-off"),
        ("Łódź straße Ærø", "lodz-strasse-aero"),
        ("Паром опоздал", "паром-опоздал"),
        ("東京の雨", "東京の雨"),
        ("{{7*7}} {%raw%}", "77-raw"),
        ("x" * 90, "x" * 80),
        ("one two " * 20, "-".join(["one", "two"] * 10)),
        ("🎉🎉", ""),
    ],
)
def test_a_slug_keeps_the_letters_of_its_title(title: str, slug: str) -> None:
    assert slugs.slug(title) == slug


def test_an_article_whose_title_has_no_letters_is_called_after_its_number(now: datetime) -> None:
    first, second = (actions.add(Manuscript(title="🎉"), now=now) for _ in range(2))
    assert (first.slug, second.slug) == (f"article-{first.id}", f"article-{second.id}")


def test_a_file_that_comes_again_is_an_edit(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "Night Ferry.md"
    path.write_text("---\ntitle: One\nsection: City\ntags: [a, b]\nauthors: Ada\n---\nfirst")
    first = actions.add(files.read(path, zone=ZoneInfo("UTC")), now=now)
    actions.publish(first.slug, now, now=now)
    path.write_text("---\ntitle: Two\ntags: [b, c]\nauthors: [Ben, Ada]\n---\nsecond words")
    later = now + timedelta(hours=1)
    second = actions.add(files.read(path, zone=ZoneInfo("UTC")), now=later)
    assert (first.slug, first.is_new) == ("night-ferry", True)
    assert (second.id, second.slug, second.is_new) == (first.id, first.slug, False)
    story = queries.by_slug("night-ferry", later)
    assert story is not None, "what was published stays so"
    assert (story.title, story.section, story.tags) == ("Two", "", ("b", "c"))
    assert (story.authors, story.body) == (("Ben", "Ada"), "<p>second words</p>")
    assert (story.published_at, story.updated_at) == (now, later)


def test_a_page_that_comes_again_is_an_edit(now: datetime) -> None:
    page = replace(FERRY, canonical_url="https://wire.example/ferry")
    first = actions.add(page, now=now)
    second = actions.add(replace(page, title="The ferry is in"), now=now)
    assert (second.id, second.slug, second.is_new) == (first.id, "the-ferry-is-late", False)


def test_names_are_the_same_in_whatever_case(now: datetime) -> None:
    actions.add(FERRY, now=now)
    again = replace(FERRY, section="CITY", tags=("Harbour", "HARBOUR"), authors=("ada byron",))
    added = actions.add(again, now=now)
    assert (Section.objects.count(), Tag.objects.count(), Author.objects.count()) == (1, 2, 2)
    story = queries.any_by_slug(added.slug, now)
    assert story is not None
    assert (story.section, story.tags, story.authors) == ("City", ("harbour",), ("Ada Byron",))


def test_names_that_sound_alike_get_slugs_of_their_own(now: datetime) -> None:
    actions.add(replace(FERRY, tags=("C", "C++", "🎉", "é" * 100)), now=now)
    assert sorted(Tag.objects.values_list("slug", flat=True)) == ["c", "c-2", "e" * 45, "tag"]


def test_an_article_is_published_and_retracted(now: datetime) -> None:
    slug = actions.add(replace(FERRY, published_at=None), now=now).slug
    assert queries.by_slug(slug, now) is None
    actions.publish(slug, now + timedelta(hours=1), now=now)
    assert queries.by_slug(slug, now) is None
    assert queries.by_slug(slug, now + timedelta(hours=1)) is not None
    actions.retract(slug, now=now)
    assert queries.by_slug(slug, now + timedelta(hours=1)) is None


def test_an_article_that_is_not_there_is_named(now: datetime) -> None:
    with pytest.raises(Refused, match="There is no article 'gone'"):
        actions.publish("gone", now, now=now)
    with pytest.raises(Refused, match="There is no article 7 any more"):
        actions.edit(7, FERRY, now=now)


def test_a_feed_is_added_once_and_due_at_once(now: datetime) -> None:
    first = actions.add_feed("https://Wire.example/feed.xml", now=now, guard=AT_HOME)
    again = actions.add_feed(" https://wire.example/feed.xml ", now=now, guard=AT_HOME)
    assert first == again
    assert Feed.objects.values_list("url", "due_at").get() == ("https://wire.example/feed.xml", now)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/feed.xml",
        "http://[::1]/",
        "http://2130706433/",
        "http://169.254.169.254/latest/",
        "http://localhost./",
        "http://a:b@wire.example/",
        "file:///etc/passwd",
        "wire.example/feed.xml",
        "https://wire.example/" + "x" * 2000,
    ],
)
def test_a_feed_inside_is_refused_when_it_is_added(url: str, now: datetime) -> None:
    with pytest.raises(Refused):
        actions.add_feed(url, now=now)
    assert not Feed.objects.exists()
