"""What desk, site and command line read of newsletters and editions."""

from datetime import datetime, timedelta

import pytest

from publisher.errors import Refused
from publisher.newsletters import editions, queries
from publisher.newsletters.editions import Plan
from publisher.newsletters.models import Newsletter
from tests.factories import ArticleFactory, EditionFactory, NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def daily() -> Newsletter:
    return SubscriptionFactory.create(
        newsletter=NewsletterFactory.create(slug="daily", name="Daily")
    ).newsletter


@pytest.fixture
def scheduled(daily: Newsletter, now: datetime) -> int:
    plan = Plan((ArticleFactory.create(slug="ferry", title="Late").pk,))
    return editions.create(daily.pk, plan, by=None, now=now, due_at=now)


def test_a_newsletter_knows_its_readers(daily: Newsletter) -> None:
    SubscriptionFactory.create(newsletter=daily, state="pending")
    assert queries.newsletter("daily").readers == 1
    assert [title.name for title in queries.newsletters()] == ["Daily"]


def test_an_unknown_newsletter_is_named() -> None:
    with pytest.raises(Refused, match="There is no newsletter 'weekly'"):
        queries.newsletter("weekly")


def test_editions_are_found_by_newsletter_and_state(scheduled: int) -> None:
    draft = EditionFactory.create()
    assert {issue.id for issue in queries.editions()} == {scheduled, draft.pk}
    assert [issue.id for issue in queries.editions(newsletter="daily")] == [scheduled]
    assert [issue.id for issue in queries.editions(states=["draft"])] == [draft.pk]
    assert queries.edition(scheduled).articles == (("ferry", "Late"),)


def test_an_edition_is_public_from_its_first_mail_on(scheduled: int, now: datetime) -> None:
    assert queries.public_edition("daily", scheduled) is None
    editions.start(scheduled, now=now)
    editions.pause(scheduled, by=None, now=now)
    assert queries.public_edition("daily", scheduled) is not None
    assert queries.public_edition("weekly", scheduled) is None
    assert [issue.id for issue in queries.past_editions("daily", 10)] == [scheduled]


def test_an_edition_that_was_paused_or_cancelled_before_its_time_stays_private(
    scheduled: int, now: datetime
) -> None:
    editions.pause(scheduled, by=None, now=now)
    assert queries.public_edition("daily", scheduled) is None
    editions.cancel(scheduled, by=None, now=now)
    assert queries.public_edition("daily", scheduled) is None
    assert queries.past_editions("daily", 10) == []
