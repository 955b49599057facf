"""What the public sees, and what it does not see yet."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from publisher import clock, pulse
from publisher.newsletters import editions
from tests.factories import ArticleFactory, EditionFactory, NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_the_front_page_shows_what_is_published(client: Client) -> None:
    ArticleFactory.create(title="Bridge closed")
    ArticleFactory.create(title="Not yet", published_at=clock.now() + DAY)
    page = client.get("/").content.decode()
    assert "Bridge closed" in page
    assert "Not yet" not in page


@pytest.mark.parametrize("hidden", [{"published_at": None}, {"embargo_until": "2999-01-01T00:00Z"}])
def test_an_article_that_is_not_public_is_not_there(
    client: Client, hidden: dict[str, str | None]
) -> None:
    ArticleFactory.create(slug="secret", **hidden)
    assert client.get("/articles/secret/").status_code == 404


def test_a_headline_is_text_wherever_it_stands(client: Client) -> None:
    ArticleFactory.create(slug="odd", title="<img src=x onerror=alert(1)> & {{ 7*7 }}")
    for page in ("/", "/articles/odd/", "/feed.xml"):
        content = client.get(page).content.decode()
        assert "<img src=x" not in content
        assert "{{ 7*7 }}" in content


def test_an_article_page_says_what_it_is_to_machines(client: Client) -> None:
    ArticleFactory.create(slug="ferry")
    page = client.get("/articles/ferry/").content.decode()
    assert '<link rel="canonical" href="http' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page


def test_nothing_may_be_loaded_or_run_from_elsewhere(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert client.get("/")["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("page", ["/", "/subscribe/", "/articles/ferry/", "/feed.xml"])
def test_no_header_of_a_request_changes_a_link(client: Client, page: str) -> None:
    ArticleFactory.create(slug="ferry")
    NewsletterFactory.create(slug="daily")
    headers = dict.fromkeys(
        ("X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL"), "evil.example"
    )
    answer = client.get(page, headers=headers | {"Forwarded": "host=evil.example"})
    assert answer.status_code == 200
    assert "evil.example" not in answer.text


def test_another_host_name_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "address", ["/.env", "/.git/config", "/media/articles/..%2f..%2fsecret_key", "/nothing/"]
)
def test_there_is_nothing_beside_what_is_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_edition_is_public_once_it_leaves(client: Client, now: datetime) -> None:
    edition = EditionFactory.create()
    SubscriptionFactory.create(newsletter=edition.newsletter)
    page = f"/newsletters/{edition.newsletter.slug}/{edition.pk}/"
    assert client.get(page).status_code == 404
    editions.schedule(edition.pk, now, by=None, now=now)
    assert client.get(page).status_code == 404
    editions.start(edition.pk, now=now)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "/unsubscribe/" not in answer.content.decode()


def test_the_house_is_alive_without_its_engines_and_ready_only_with_them(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    # Another test may have been the dispatcher a moment ago.
    pulse.client().delete(pulse._KEY)
    assert client.get("/readyz").status_code == 503, "no dispatcher runs in this test"
