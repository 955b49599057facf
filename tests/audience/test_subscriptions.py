"""Signing up, confirming, leaving: consent first, and the suppression list above everything."""

from datetime import datetime, timedelta

import pytest

from publisher.audience import actions, queries
from publisher.audience.models import Signup, Subscriber, Subscription, Suppression
from publisher.errors import Refused
from publisher.newsletters.models import Newsletter
from tests.factories import NewsletterFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
ADA = actions.Form("Ada@Example.org", "Ada", "form")


@pytest.fixture
def daily() -> Newsletter:
    return NewsletterFactory.create()


def ask(form: actions.Form, daily: Newsletter, now: datetime) -> int | None:
    """Sign up and let the worker answer."""
    return actions.answer_sign_up(actions.sign_up(form, daily.pk, now=now), now=now)


def test_signing_up_makes_nothing_but_a_row_to_be_answered(
    daily: Newsletter, now: datetime
) -> None:
    actions.sign_up(ADA, daily.pk, now=now)
    assert Signup.objects.get().email == "ada@example.org"
    assert not Subscriber.objects.exists()


def test_an_answered_sign_up_is_pending_until_it_is_confirmed(
    daily: Newsletter, now: datetime
) -> None:
    wish = ask(ADA, daily, now)
    assert wish is not None
    assert Subscription.objects.get().state == "pending"
    assert not Signup.objects.exists()
    assert actions.confirm(wish, now=now)
    assert actions.confirm(wish, now=now)
    assert Subscription.objects.get().confirmed_at == now


def test_a_sign_up_is_answered_once(daily: Newsletter, now: datetime) -> None:
    signup = actions.sign_up(ADA, daily.pk, now=now)
    assert actions.answer_sign_up(signup, now=now)
    assert actions.answer_sign_up(signup, now=now) is None


def test_nobody_is_asked_to_confirm_more_than_once_a_day(daily: Newsletter, now: datetime) -> None:
    assert ask(ADA, daily, now)
    assert ask(ADA, daily, now + timedelta(hours=23)) is None
    assert ask(ADA, daily, now + timedelta(hours=25))


def test_an_active_reader_is_not_asked_again(daily: Newsletter, now: datetime) -> None:
    wish = ask(ADA, daily, now)
    assert wish
    actions.confirm(wish, now=now)
    assert ask(ADA, daily, now + timedelta(days=9)) is None
    assert Subscription.objects.get().state == "active"


def test_who_left_may_come_back_by_confirming_again(daily: Newsletter, now: datetime) -> None:
    wish = ask(ADA, daily, now)
    assert wish
    actions.unsubscribe(wish, now=now)
    assert not actions.confirm(wish, now=now), "an old mail's link is not a new wish"
    assert ask(ADA, daily, now + timedelta(days=2)) == wish
    assert actions.confirm(wish, now=now)


def test_a_suppressed_address_is_asked_nothing_in_any_spelling(
    daily: Newsletter, now: datetime
) -> None:
    actions.suppress("ADA@example.ORG", "complained", now=now)
    assert ask(ADA, daily, now) is None
    assert not Subscriber.objects.exists()


def test_unsubscribing_twice_is_no_error(now: datetime) -> None:
    wish = SubscriptionFactory.create()
    assert actions.unsubscribe(wish.pk, now=now)
    assert actions.unsubscribe(wish.pk, now=now + timedelta(hours=1))
    assert Subscription.objects.get().ended_at == now
    assert not actions.unsubscribe(wish.pk + 1, now=now)


def test_suppressed_readers_do_not_count_as_recipients(daily: Newsletter, now: datetime) -> None:
    SubscriptionFactory.create(newsletter=daily)
    gone = SubscriptionFactory.create(newsletter=daily)
    actions.suppress(gone.subscriber.email, "hard bounce", now=now)
    assert queries.active_readers(daily.pk) == 1


def test_erasing_forgets_everything_but_the_suppression(now: datetime) -> None:
    wish = SubscriptionFactory.create()
    email = wish.subscriber.email
    actions.suppress(email, "complained", now=now)
    actions.erase(email)
    assert not Subscriber.objects.exists()
    assert not Subscription.objects.exists()
    assert Suppression.objects.get().reason == "complained"
    assert actions.is_suppressed(email)
    with pytest.raises(Refused, match="nothing to erase"):
        actions.erase(email)


def test_a_name_is_one_line_without_control_characters() -> None:
    assert actions.name(" Ada\r\nBcc: eve@example.org\0 ") == "Ada Bcc: eve@example.org"
    with pytest.raises(Refused, match="longer than 200"):
        actions.name("x" * 201)


def test_claimed_sign_ups_come_back_when_their_lease_runs_out(
    daily: Newsletter, now: datetime
) -> None:
    signup = actions.sign_up(ADA, daily.pk, now=now)
    assert actions.claim_signups(now=now) == [signup]
    assert actions.claim_signups(now=now) == []
    assert actions.claim_signups(now=now + timedelta(seconds=11)) == [signup]


def test_a_reader_is_found_in_any_spelling(now: datetime) -> None:
    SubscriberFactory.create(email="ada@example.org")
    assert queries.reader_at("ADA@example.org").email == "ada@example.org"
    with pytest.raises(Refused, match="Nobody with the address"):
        queries.reader_at("eve@example.org")
