"""A reader comes, subscribes, confirms, changes their mind."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from publisher import clock, links
from publisher.audience.models import Signup, Subscription
from publisher.delivery.models import Delivery
from publisher.newsletters import confirmations
from tests.factories import ArticleFactory, NewsletterFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_front_page_to_a_subscription_and_out_again(page: Page, now: datetime) -> None:
    NewsletterFactory.create(slug="daily", name="The Morning Tide")
    ArticleFactory.create(slug="ferry", title="The ferry is late again")
    page.goto("/")
    page.get_by_role("link", name="The ferry is late again").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The ferry is late again")

    page.goto("/subscribe/")
    page.get_by_label("E-mail address").fill("ada@reader.example")
    page.get_by_label("Name").fill("Ada")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("mailbox")
    confirmations.answer(Signup.objects.get().pk, now=clock.now())
    assert Delivery.objects.get().mailing.lane == "urgent"

    wish = Subscription.objects.get()
    page.goto(links.confirm(wish.pk))
    page.get_by_role("button", name="Yes, send me The Morning Tide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")

    page.goto(links.unsubscribe(wish.pk))
    assert Subscription.objects.get().state == "active"
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("main")).to_contain_text("The Morning Tide")
    assert Subscription.objects.get().state == "ended"


@pytest.mark.parametrize("address", ["/", "/subscribe/", "/articles/ferry/", "/newsletters/daily/"])
def test_no_page_is_wider_than_a_phone(page: Page, address: str) -> None:
    NewsletterFactory.create(slug="daily")
    ArticleFactory.create(slug="ferry", title="Donaudampfschifffahrtsgesellschaft" * 3)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
