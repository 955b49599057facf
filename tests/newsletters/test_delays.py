"""Why readers wait, in the words of a newsroom."""

from datetime import datetime, timedelta

import pytest

from publisher.delivery.models import Delivery, Mailing, Relay
from publisher.delivery.throttles.queries import Cause
from publisher.delivery.throttles.queries import Delay as Found
from publisher.newsletters import delays, editions, queries
from publisher.newsletters.models import Edition
from tests.factories import NOW, EditionFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=25)
TOMORROW = NOW + timedelta(hours=15)


@pytest.fixture
def edition(now: datetime) -> Edition:
    """Return an edition that is being sent, spread over an hour."""
    edition = EditionFactory.create(spread=timedelta(hours=1))
    SubscriptionFactory.create(newsletter=edition.newsletter)
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)
    return edition


def test_it_is_told_while_it_is_being_sent(edition: Edition, now: datetime) -> None:
    told = "It is spread over 1 hour: the last readers get theirs at about 10:00."
    (delay,) = delays.of_edition(queries.edition(edition.pk), now=now)
    assert (delay.sentence, delay.until) == (told, now + timedelta(hours=1))
    editions.pause(edition.pk, by=None, now=now)
    assert delays.of_edition(queries.edition(edition.pk), now=now) == ()


def test_several_reasons_are_told_together(edition: Edition, now: datetime) -> None:
    Relay.objects.create(name="harbour", per_second=1, credentials=b"", created_at=now)
    mailing = Mailing.objects.get()
    Delivery.objects.bulk_create(Delivery(mailing=mailing, state="queued") for _ in range(119))
    _, slow = delays.of_edition(queries.edition(edition.pk), now=now)
    assert slow.sentence.endswith(
        "the last of the 120 readers who wait will have theirs at about 09:02."
    )


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            Found(Cause.PROVIDER, SOON, "Gmail", readers=1),
            "Gmail asks us to slow down: the one reader there gets theirs from 09:25 on.",
        ),
        (
            Found(Cause.PROVIDER, None, "Gmail", readers=4_000),
            "Gmail asks us to slow down: the 4,000 readers there get theirs little by little.",
        ),
        (
            Found(Cause.PER_HOUR, SOON, "harbour", 1_000),
            "The relay 'harbour' has had the 1,000 mails of an hour: more go from 09:25 on.",
        ),
        (
            Found(Cause.PER_DAY, TOMORROW, "harbour", 20_000),
            (
                "The relay 'harbour' has had the 20,000 mails of a day: "
                "more go from Tuesday 24 November at 00:00 on."
            ),
        ),
        (
            Found(Cause.WARM_UP, TOMORROW, "courier.example", 500),
            (
                "The name courier.example is new to mail providers and has sent the 500 mails "
                "that it may today: the rest follow from Tuesday 24 November at 00:00 on."
            ),
        ),
    ],
)
def test_every_reason_says_who_and_until_when(
    edition: Edition, found: Found, told: str, now: datetime
) -> None:
    assert delays.sentence(found, queries.edition(edition.pk), now=now) == told
