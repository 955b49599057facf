"""A mailing to some readers, and a mail server that records what it is given."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from pytest_django import Settings

from publisher import wiring
from publisher.delivery import actions, loops, sending
from publisher.delivery.actions import Addressing
from publisher.delivery.message import Draft, freeze, new_marks
from publisher.delivery.models import Mailing
from publisher.newsletters.models import Newsletter
from tests.factories import NewsletterFactory, SubscriptionFactory
from tests.recorder import Recorder, recording


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


@pytest.fixture(scope="session")
def _watched(django_db_setup: None) -> Iterator[None]:
    """End the thread that hears notices before the database goes: it needs half a second to."""
    yield
    sending.watch().end()
    sending.watch.cache_clear()


@pytest.fixture
def recorder(settings: Settings, _watched: None) -> Iterator[Recorder]:
    with recording() as recorder:
        settings.PUBLISHER_SMTP_URL = recorder.url
        yield recorder
        loops.run(wiring.close_carriers())
        wiring.heir().dismiss()
        wiring.heir.cache_clear()
        # The threads that note outcomes have connections to the database of their own.
        loops.close()
