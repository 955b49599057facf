"""Short links, as readers and programs follow them."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from publisher import pulse
from publisher.social import shortening
from tests.factories import PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_redis")]
TARGET = "https://courier.example/articles/ferry/?utm_source=x&utm_content=hook"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def code(now: datetime) -> str:
    code = shortening.new_code()
    shortening.keep(code, TARGET, PostFactory.create(), now=now)
    return code


def counted() -> int:
    return sum(map(int, pulse.client().hgetall("publisher:clicks").values()))


def test_a_reader_is_sent_on_and_counted(client: Client, code: str) -> None:
    answer = client.get(f"/s/{code}", headers={"User-Agent": FIREFOX})
    assert (answer.status_code, answer["Location"]) == (302, TARGET)
    assert answer["Cache-Control"] == "no-store"
    assert counted() == 1


def test_the_second_reader_asks_no_database(
    client: Client, code: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(f"/s/{code}", headers={"User-Agent": FIREFOX})
    with django_assert_num_queries(0):
        client.get(f"/s/{code}", headers={"User-Agent": FIREFOX})
    assert counted() == 2


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Twitterbot/1.0",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
        "Mastodon/4.4.1 (http.rb/5.2.0; +https://social.example/)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "TelegramBot (like TwitterBot)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "python-requests/2.32",
    ],
)
def test_a_program_is_sent_on_and_not_counted(client: Client, code: str, agent: str) -> None:
    assert client.get(f"/s/{code}", headers={"User-Agent": agent})["Location"] == TARGET
    assert counted() == 0


@pytest.mark.parametrize(
    "agent",
    [
        FIREFOX,
        "Mozilla/5.0 (Linux; Android 14; CUBOT P80) AppleWebKit/537.36 Chrome/140.0 Mobile",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Twitter for iPhone/11.0",
    ],
)
def test_whoever_reads_in_an_app_is_a_reader(client: Client, code: str, agent: str) -> None:
    client.get(f"/s/{code}", headers={"User-Agent": agent})
    assert counted() == 1


def test_looking_ahead_is_not_following(client: Client, code: str) -> None:
    assert client.head(f"/s/{code}", headers={"User-Agent": FIREFOX}).status_code == 302
    client.get(f"/s/{code}", headers={"User-Agent": FIREFOX, "Sec-Purpose": "prefetch;prerender"})
    assert counted() == 0


@pytest.mark.parametrize(
    "path", ["/s/abcdefg", "/s/preview", "/s/a", "/s/https:%2F%2Fevil.example"]
)
def test_what_is_not_ours_is_not_there(client: Client, path: str) -> None:
    answer = client.get(path, {"url": "https://evil.example"})
    assert answer.status_code == 404
    assert "Location" not in answer
