"""Founding a newsletter: what is left out is filled in, what is wrong is named."""

from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import Settings

from publisher.errors import Refused
from publisher.newsletters import actions, queries
from publisher.newsletters.actions import Masthead
from publisher.staff import trail

pytestmark = pytest.mark.django_db
DAILY = Masthead("daily", "The Morning Tide")


def test_a_newsletter_needs_only_a_slug_and_a_name(now: datetime, settings: Settings) -> None:
    settings.PUBLISHER_BASE_URL = "https://news.courier.example"
    settings.TIME_ZONE = "Europe/Amsterdam"
    assert actions.add(DAILY, now=now) == queries.newsletter("daily").id
    daily = queries.newsletter("daily")
    assert daily.sender_name == "The Morning Tide"
    assert daily.sender_address == "daily@news.courier.example"
    assert daily.time_zone == "Europe/Amsterdam"
    assert [line.did for line in trail.of("newsletter daily")] == ["founded it"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_on_one_machine_the_sender_has_a_domain_nevertheless(
    host: str, now: datetime, settings: Settings
) -> None:
    settings.PUBLISHER_BASE_URL = f"http://{host}"
    actions.add(DAILY, now=now)
    assert queries.newsletter("daily").sender_address == "daily@publisher.localhost"


def test_a_slug_is_taken_once(now: datetime) -> None:
    actions.add(DAILY, now=now)
    with pytest.raises(Refused, match="There is a newsletter 'daily' already"):
        actions.add(DAILY, now=now)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"slug": "Daily News"}, "cannot be a newsletter's slug"),
        ({"slug": "../daily"}, "cannot be a newsletter's slug"),
        ({"name": " "}, "needs a name"),
        ({"name": "x\r\nBcc: cleo@stranger.example"}, "name of a newsletter contains a line break"),
        ({"name": "x" * 201}, "name of a newsletter is longer than 200"),
        ({"time_zone": "Europe/Veldhaven"}, "'Europe/Veldhaven' is not a time zone"),
        ({"time_zone": "../../etc/passwd"}, "is not a time zone"),
        ({"template": "absent"}, "no template 'absent'"),
        ({"template": "../site"}, "no template '../site'"),
        ({"language": "english language"}, "is not a language"),
        ({"sender_address": "ada"}, "'ada' is not an e-mail address"),
        ({"sender_address": "zoë@courier.example"}, "without accents"),
        ({"reply_to": "a@b.example, c@d.example"}, "is not an e-mail address"),
        ({"postal_address": "Oude Kade 14\nVeldhaven"}, "postal address .* line break"),
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, str], named: str, now: datetime) -> None:
    with pytest.raises(Refused, match=named):
        actions.add(replace(DAILY, **wrong), now=now)  # type: ignore[arg-type]  # only strings here
    assert queries.newsletters() == []
