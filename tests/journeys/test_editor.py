"""An editor logs in, makes an edition, and decides about it until it is gone."""

import pytest
from playwright.sync_api import Page, expect

from publisher import clock
from publisher.delivery.models import Delivery
from publisher.newsletters import editions
from publisher.newsletters.models import Edition, Newsletter
from tests.factories import (
    ArticleFactory,
    EditionFactory,
    MemberFactory,
    NewsletterFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page: Page) -> Page:
    """Return the desk's first page, logged in as Ben."""
    newsletter = NewsletterFactory.create(slug="daily", name="The Morning Tide")
    SubscriptionFactory.create_batch(3, newsletter=newsletter)
    ArticleFactory.create(slug="ferry", title="The ferry is late again")
    MemberFactory.create(email="ben@courier.example")
    page.goto("/desk/")
    page.get_by_label("E-mail address").fill("ben@courier.example")
    page.get_by_label("Password").fill("a long enough one")
    page.get_by_role("button", name="Log in").click()
    return page


def test_from_logging_in_to_a_cancelled_edition(desk: Page) -> None:
    desk.get_by_role("link", name="New edition").click()
    desk.locator("#subject").fill("What the harbour talks about")
    desk.get_by_role("textbox", name="The ferry is late again").or_(
        desk.get_by_role("spinbutton", name="The ferry is late again")
    ).first.fill("1")
    desk.get_by_role("main").get_by_role("button").first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("What the harbour talks about")

    preview = desk.frame_locator("iframe")
    expect(preview.get_by_role("heading", name="The ferry is late again").first).to_be_visible()

    desk.get_by_label("Day and time").fill("2999-01-01T07:00")
    desk.get_by_role("button", name="Schedule").first.click()
    expect(desk.get_by_role("main")).to_contain_text("3 readers")
    desk.get_by_role("button", name="Pause").click()
    desk.get_by_role("button", name="Resume").click()
    assert Edition.objects.get().state == "scheduled"
    desk.get_by_text("Cancel it …").click()
    desk.get_by_role("button", name="Yes, cancel edition").click()
    expect(desk.get_by_role("main")).to_contain_text("cancelled")
    assert Edition.objects.get().state == "cancelled"


def test_the_page_of_an_edition_keeps_up_until_it_is_sent(desk: Page) -> None:
    now = clock.now()
    edition = EditionFactory.create(newsletter=Newsletter.objects.get())
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)
    desk.goto(f"/desk/editions/{edition.pk}/")
    expect(desk.get_by_role("main")).to_contain_text("0 readers got it so far")
    desk.get_by_label("To this address").fill("ada@courier.example")
    Delivery.objects.update(state="sent")
    expect(desk.get_by_role("main")).to_contain_text("3 readers got it so far")
    Edition.objects.update(state="sent", finished_at=now)
    expect(desk.get_by_role("main")).to_contain_text("Went to 3 readers")
    expect(desk.get_by_label("To this address")).to_have_value("ada@courier.example")
    desk.get_by_label("To this address").blur()
    expect(desk.get_by_role("button", name="Pause")).to_have_count(0)
