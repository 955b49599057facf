"""A mailing to some readers."""

from datetime import datetime

import pytest
from pytest_django import Settings

from publisher.delivery import actions
from publisher.delivery.actions import Addressing
from publisher.delivery.message import Draft, freeze, new_marks
from publisher.delivery.models import Mailing
from publisher.newsletters.models import Newsletter
from tests.factories import NewsletterFactory, SubscriptionFactory


@pytest.fixture
def newsletter() -> Newsletter:
    newsletter = NewsletterFactory.create()
    SubscriptionFactory.create_batch(7, newsletter=newsletter)
    return newsletter


def frozen() -> bytes:
    """Return a short mail with a name and an unsubscribe link in it."""
    marks = new_marks()
    draft = Draft(
        sender_name="The Harbour Courier",
        sender_address="daily@courier.example",
        subject="The ferry is late",
        text=f"Good morning, {marks.name}!\n\n{marks.unsubscribe_url}\n",
        html=f'<p>Good morning, {marks.name}!</p><a href="{marks.unsubscribe_url}">Leave</a>',
        message_domain="courier.example",
        list_id="daily.courier.example",
        list_name="The Daily",
    )
    return freeze(draft, marks).to_bytes()


@pytest.fixture
def mailing(newsletter: Newsletter, now: datetime) -> Mailing:
    """Return an open mailing to the newsletter's seven readers, in batches of at most three."""
    addressing = Addressing(
        lane="bulk",
        sender="daily@courier.example",
        domain="courier.example",
        nameless="reader",
        newsletter_id=newsletter.pk,
        wants="active",
    )
    mailing_id = actions.prepare(frozen(), addressing, now=now)
    while actions.address_readers(mailing_id, now=now):
        pass
    return Mailing.objects.get(pk=mailing_id)


@pytest.fixture(autouse=True)
def small_batches(settings: Settings) -> None:
    settings.BATCH_RECIPIENTS = 3
