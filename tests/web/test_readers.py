"""Readers: looked up one at a time, changed by their own link or by an editor they wrote to."""

import pytest
from django.test import Client

from publisher import links
from publisher.audience import actions as audience
from publisher.audience.models import Subscription
from tests.factories import SubscriberFactory, SubscriptionFactory
from tests.web.conftest import At

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish() -> Subscription:
    ada = SubscriberFactory.create(email="ada@reader.example", name="Ada")
    return SubscriptionFactory.create(subscriber=ada, newsletter__name="The Morning Tide")


def key(wish: Subscription) -> str:
    return links.preferences(wish.pk).removeprefix(links.absolute(""))


def state(wish: Subscription) -> str:
    return Subscription.objects.get(pk=wish.pk).state


def test_a_reader_is_found_by_any_spelling_and_no_address_is_in_the_url(
    at_the_desk: At, wish: Subscription
) -> None:
    answer = at_the_desk("author").post("/desk/readers/", {"email": " ADA@Reader.example "})
    assert answer["Location"] == f"/desk/readers/{wish.subscriber_id}/"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("eve@reader.example", "Nobody with the address"), ("eve", "is not an e-mail address")],
)
def test_whom_nobody_knows_is_not_found(at_the_desk: At, typed: str, said: str) -> None:
    answer = at_the_desk("author").post("/desk/readers/", {"email": typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()


def test_an_editor_ends_a_subscription_and_the_trail_says_who(
    at_the_desk: At, wish: Subscription
) -> None:
    here = f"/desk/readers/{wish.subscriber_id}/"
    answer = at_the_desk("editor").post(f"{here}unsubscribe/", {"wish": wish.pk}, follow=True)
    assert state(wish) == "ended"
    assert f"ended {wish.newsletter.slug}" in answer.content.decode()


def test_an_editor_ends_nobody_elses_by_a_readers_page(at_the_desk: At, wish: Subscription) -> None:
    other = SubscriptionFactory.create()
    here = f"/desk/readers/{wish.subscriber_id}/unsubscribe/"
    assert at_the_desk("editor").post(here, {"wish": other.pk}).status_code == 404
    assert state(other) == "active"


def test_a_suppressed_reader_is_never_written_to_again(at_the_desk: At, wish: Subscription) -> None:
    here = f"/desk/readers/{wish.subscriber_id}/"
    page = at_the_desk("editor").post(f"{here}suppress/", follow=True).content.decode()
    assert audience.is_suppressed("ada@reader.example")
    assert "Nothing is sent to this address" in page


def test_a_reader_changes_what_they_get(client: Client, wish: Subscription) -> None:
    weekend = SubscriptionFactory.create(subscriber=wish.subscriber)
    page = client.post(key(wish), {"name": "Ada L.", "wish": [weekend.pk]}).content.decode()
    assert "Your choices are saved." in page
    assert 'value="Ada L."' in page
    assert (state(wish), state(weekend)) == ("ended", "active")
    client.post(key(wish), {"name": "Ada", "wish": [wish.pk, weekend.pk]})
    assert state(wish) == "active"


def test_a_reader_leaves_everything(client: Client, wish: Subscription) -> None:
    weekend = SubscriptionFactory.create(subscriber=wish.subscriber)
    client.post(key(wish), {"nothing": "yes"})
    assert (state(wish), state(weekend)) == ("ended", "ended")


def test_a_reader_changes_nothing_of_anybody_elses(client: Client, wish: Subscription) -> None:
    other = SubscriptionFactory.create(state="ended")
    answer = client.post(key(wish), {"name": "Eve", "wish": [wish.pk, other.pk]})
    assert answer.status_code == 404
    assert state(other) == "ended"
    wish.subscriber.refresh_from_db()
    assert wish.subscriber.name == "Ada"


def test_a_name_that_is_too_long_is_refused_and_kept(client: Client, wish: Subscription) -> None:
    answer = client.post(key(wish), {"name": "A" * 201, "wish": [wish.pk]})
    assert answer.status_code == 422
    assert "longer than 200 characters" in answer.content.decode()
    assert "A" * 201 in answer.content.decode()


def test_nobody_becomes_active_without_having_confirmed(client: Client, wish: Subscription) -> None:
    asked = SubscriptionFactory.create(
        subscriber=wish.subscriber, state="pending", confirmed_at=None
    )
    client.post(key(wish), {"name": "Ada", "wish": [wish.pk, asked.pk]})
    assert state(asked) == "pending"
