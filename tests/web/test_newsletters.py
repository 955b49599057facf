"""The newsletters at the desk: who reads them, and how their mail leaves."""

from datetime import datetime

import pytest

from publisher.delivery.models import Relay
from tests.factories import NewsletterFactory
from tests.web.conftest import At

pytestmark = pytest.mark.django_db


def test_a_newsletter_shows_by_what_it_leaves_and_what_is_wrong(
    at_the_desk: At, now: datetime
) -> None:
    NewsletterFactory.create(slug="daily", route="ses")
    Relay.objects.create(
        name="frankfurt", route="ses", credentials=b"", created_at=now, stopped_reason="No login."
    )
    page = at_the_desk("author").get("/desk/newsletters/").text
    assert "frankfurt" in page
    assert "nobody, which large providers refuse" in page
    assert "The relay &#39;frankfurt&#39; is stopped: No login." in page
