"""How a newsletter's mail leaves, as an editor reads it."""

from datetime import datetime

import pytest
from pytest_django import Settings

from publisher.delivery.domains import actions as domains
from publisher.delivery.models import Relay
from publisher.newsletters import queries
from publisher.newsletters.models import Newsletter
from publisher.newsletters.outlets import Outlet, outlet
from tests.factories import NewsletterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def daily() -> Newsletter:
    return NewsletterFactory.create(slug="daily")


def found() -> Outlet:
    """Return how the daily leaves."""
    return outlet(queries.newsletter("daily"))


def relay(now: datetime, name: str, **fields: object) -> None:
    """Have a relay."""
    fields = {"name": name, "credentials": b"", "created_at": now} | fields
    Relay.objects.create(**fields)


@pytest.mark.usefixtures("daily")
def test_without_a_relay_of_its_own_it_leaves_by_the_settings(settings: Settings) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://mail.example"
    assert found().relays == ("the mail server in the settings",)
    settings.PUBLISHER_SMTP_URL = ""
    assert found().relays == ("the built-in mailbox, from which nothing goes on to readers",)


@pytest.mark.usefixtures("daily")
def test_a_stopped_relay_says_why(now: datetime) -> None:
    relay(now, "harbour")
    relay(now, "quay", stopped_reason="The login was refused.")
    assert found().relays == ("harbour", "quay")
    assert found().problems == ("The relay 'quay' is stopped: The login was refused.",)


def test_a_route_without_a_relay_is_a_problem(daily: Newsletter) -> None:
    daily.route = "ses"
    daily.save(update_fields=["route"])
    (problem,) = found().problems
    assert problem.startswith("No relay is on the route 'ses', so nothing can leave;")


@pytest.mark.usefixtures("daily")
def test_it_says_who_signs(now: datetime) -> None:
    assert found().signed.endswith("'publisher domains add courier.example'")
    domains.add("courier.example", now=now)
    assert found().signed == "courier.example"


@pytest.mark.usefixtures("daily")
def test_what_a_service_puts_together_it_signs(now: datetime) -> None:
    relay(now, "postmark", kind="postmark")
    assert found().signed == "the mail service"
    relay(now, "harbour")
    domains.add("courier.example", now=now)
    assert found().signed == "courier.example or the mail service"
