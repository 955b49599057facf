"""Every page of the site is small, asks the database little, and needs no script."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from publisher.newsletters import editions
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    EditionFactory,
    SectionFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_full_paper(now: datetime) -> None:
    city = SectionFactory.create(slug="city")
    articles = ArticleFactory.create_batch(30, section=city)
    ArticleFactory.create(slug="ferry", section=city)
    AccountFactory.create(name="courier")
    edition = EditionFactory.create(newsletter__slug="daily", articles=articles[:5])
    SubscriptionFactory.create_batch(3, newsletter=edition.newsletter)
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)


# The clock, the sections and the newsletters stand around every page; the rest is its own.
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 3 + 2),
        ("/sections/city/", 3 + 2),
        ("/articles/ferry/", 3 + 7),
        ("/newsletters/daily/", 3 + 1),
        ("/subscribe/", 3),
        ("/feed.xml", 1 + 2),
        ("/sitemap.xml", 3 + 2),
        ("/robots.txt", 0),
    ],
)
def test_a_page_asks_little(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str, queries: int
) -> None:
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/", "/sections/city/", "/articles/ferry/", "/subscribe/"])
def test_a_page_is_small_sets_no_cookie_and_runs_no_script(client: Client, address: str) -> None:
    answer = client.get(address)
    page = answer.content.decode()
    assert len(answer.content) < 40_000
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert page.count('rel="stylesheet"') == 1
    assert "<script" not in page.replace('<script type="application/ld+json">', "")
