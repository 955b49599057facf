"""The question whether somebody meant it: to those who asked, once, and without their words."""

from datetime import datetime

import pytest

from publisher.audience import actions as audience
from publisher.delivery.message import new_marks
from publisher.delivery.models import Delivery, Mailing
from publisher.newsletters import confirmations
from tests.factories import NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def test_a_sign_up_is_answered_with_one_confirmation(now: datetime) -> None:
    daily = NewsletterFactory.create()
    form = audience.Form("ada@reader.example", "Win at http://evil.example", "form")
    signup = audience.sign_up(form, daily.pk, now=now)
    confirmations.answer(signup, now=now)
    confirmations.answer(signup, now=now)
    delivery = Delivery.objects.select_related("mailing", "subscriber").get()
    assert delivery.subscriber is not None
    assert delivery.subscriber.email == "ada@reader.example"
    assert (delivery.mailing.lane, delivery.mailing.wants) == ("urgent", "pending")
    assert delivery.mailing.newsletter_id == daily.pk


def test_a_strangers_words_are_not_in_the_mail(now: datetime) -> None:
    daily = NewsletterFactory.create()
    form = audience.Form("ada@reader.example", "Win at http://evil.example", "form")
    confirmations.answer(audience.sign_up(form, daily.pk, now=now), now=now)
    assert b"evil" not in bytes(Mailing.objects.get().frozen)
    assert b'"slot","name"' not in bytes(Mailing.objects.get().frozen)


def test_a_confirmation_is_no_list_mail_and_has_its_link() -> None:
    marks = new_marks("confirm_url")
    draft = confirmations.draft(NewsletterFactory.create(name="The Morning Tide"), marks)
    assert draft.subject == "Please confirm: The Morning Tide"
    assert not draft.one_click
    assert draft.headers["Auto-Submitted"] == "auto-generated"
    assert marks.confirm_url in draft.text
    assert f'href="{marks.confirm_url}"' in draft.html


@pytest.mark.parametrize("state", ["active", "ended"])
def test_who_need_not_confirm_is_not_asked(state: str, now: datetime) -> None:
    confirmations.mail(SubscriptionFactory.create(state=state).pk, now=now)
    assert not Mailing.objects.exists()


def test_a_confirmation_goes_by_its_newsletters_route(now: datetime) -> None:
    europe = NewsletterFactory.create(route="europe")
    confirmations.mail(SubscriptionFactory.create(state="pending", newsletter=europe).pk, now=now)
    assert Mailing.objects.get().route == "europe"
