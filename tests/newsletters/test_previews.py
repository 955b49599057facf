"""Previews are taken out of the very mail that would leave."""

from datetime import datetime
from email import message_from_bytes, policy

import pytest

from publisher import links
from publisher.articles.models import Article
from publisher.audience.models import Subscription
from publisher.delivery.models import Mailing
from publisher.errors import Refused
from publisher.newsletters import editions, previews
from publisher.newsletters.editions import Plan
from tests.factories import (
    ArticleFactory,
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition_id(now: datetime) -> int:
    """Return a draft whose newsletter Ada reads."""
    ada = SubscriberFactory.create(email="ada@reader.example", name="Ada <b>")
    daily = NewsletterFactory.create(slug="daily", nameless="friend")
    SubscriptionFactory.create(subscriber=ada, newsletter=daily)
    article = ArticleFactory.create(title="The ferry & the fog")
    return editions.create(daily.pk, Plan((article.pk,)), by=None, now=now)


def test_a_reader_sees_their_own_name_and_links(edition_id: int) -> None:
    subscription_id = Subscription.objects.get().pk
    text = previews.text(edition_id, "Ada@reader.example")
    assert "Hello Ada <b>," in text
    assert links.unsubscribe(subscription_id) in text
    assert "Hello Ada &lt;b&gt;," in previews.html(edition_id, "ada@reader.example")


def test_a_nameless_reader_is_called_as_the_newsletter_says(edition_id: int) -> None:
    assert "Hello friend," in previews.text(edition_id)


def test_plain_text_has_no_entities(edition_id: int) -> None:
    assert "The ferry & the fog" in previews.text(edition_id)
    assert "The ferry &amp; the fog" in previews.html(edition_id)


def test_the_complete_mail_can_be_opened_in_a_mail_program(edition_id: int) -> None:
    mail = message_from_bytes(previews.eml(edition_id, "ada@reader.example"), policy=policy.default)
    assert mail["Subject"] == "The ferry & the fog"
    assert "ada@reader.example" in mail["To"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_preview_of_a_scheduled_edition_is_the_frozen_mail(
    edition_id: int, now: datetime
) -> None:
    editions.schedule(edition_id, now, by=None, now=now)
    Article.objects.update(title="Changed afterwards")
    assert "Changed afterwards" not in previews.text(edition_id)
    assert Mailing.objects.count() == 1


def test_the_web_version_is_everybodys(edition_id: int) -> None:
    page = previews.web(edition_id)
    assert "The ferry &amp; the fog" in page
    assert "Hello" not in page
    assert "/unsubscribe/" not in page


def test_a_stranger_has_no_preview(edition_id: int) -> None:
    with pytest.raises(Refused, match=r"Nobody with the address cleo@stranger\.example"):
        previews.html(edition_id, "cleo@stranger.example")
    with pytest.raises(Refused, match="There is no edition 404404404"):
        previews.web(404404404)
