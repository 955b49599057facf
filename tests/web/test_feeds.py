"""What machines read: a feed that parsers take, a map with every page, and where not to go."""

from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories import ArticleFactory, NewsletterFactory

pytestmark = pytest.mark.django_db
BASE = "https://courier.example"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _at_home(settings: Settings) -> None:
    settings.PUBLISHER_BASE_URL = BASE


def test_a_parser_takes_the_feed(client: Client) -> None:
    ArticleFactory.create(slug="ferry", title="Fish & <chips>", section__name="City")
    answer = client.get("/feed.xml")
    feed = feedparser.parse(answer.content)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert not feed.bozo
    assert feed.feed.links[1].href == f"{BASE}/feed.xml"
    (entry,) = feed.entries
    assert entry.link == entry.id == f"{BASE}/articles/ferry/"
    assert entry.title == "Fish & <chips>"
    assert entry.published_parsed[:3] == (2026, 11, 23)


def test_the_feed_has_the_newest_thirty(client: Client) -> None:
    ArticleFactory.create_batch(31)
    assert len(feedparser.parse(client.get("/feed.xml").content).entries) == 30


def test_the_map_names_every_page(client: Client) -> None:
    ArticleFactory.create(slug="fähre", section__slug="city")
    NewsletterFactory.create(slug="daily")
    answer = client.get("/sitemap.xml")
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer
    places = [place.text for place in root.iter(f"{MAP}loc")]
    assert places == [
        f"{BASE}/",
        f"{BASE}/sections/city/",
        f"{BASE}/newsletters/daily/",
        f"{BASE}/articles/f%C3%A4hre/",
    ]


def test_robots_are_told_of_the_map_and_kept_from_keys(client: Client) -> None:
    told = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {BASE}/sitemap.xml" in told
    assert "Disallow: /unsubscribe/" in told
