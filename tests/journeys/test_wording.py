"""A template is tried, corrected and kept: in a browser, on a phone."""

import pytest
from playwright.sync_api import Page, expect

from publisher.social.models import PostTemplate
from tests.factories import AccountFactory, ArticleFactory, MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page: Page) -> Page:
    """Return how posts on an account are worded, before Ben the editor."""
    ArticleFactory.create(slug="ferry", title="The ferry sails", quote="At last")
    AccountFactory.create(name="courier", network="x")
    MemberFactory.create(email="ben@courier.example", role="editor")
    page.goto("/desk/templates/?account=courier")
    page.get_by_label("E-mail address").fill("ben@courier.example")
    page.get_by_label("Password").fill("a long enough one")
    page.get_by_role("button", name="Log in").click()
    return page


def test_a_template_is_tried_corrected_kept_and_changed(desk: Page) -> None:
    desk.get_by_role("region", name="quote").get_by_role("link", name="Write another").click()
    desk.locator("#source").fill("They say:\n{{ article.qoute }}\n{{ article.url }}")
    desk.get_by_role("button", name="Look at it first").click()
    expect(desk.get_by_role("alert")).to_contain_text("line 2 of the post template")
    desk.locator("#source").fill("They say:\n{{ article.quote }}\n{{ article.url }}")
    desk.get_by_role("button", name="Look at it first").click()
    expect(desk.get_by_role("status")).to_contain_text("“At last”")
    expect(desk.get_by_role("status")).to_be_in_viewport()
    desk.get_by_role("button", name="Keep it").click()

    desk.get_by_role("link", name="Change it").click()
    desk.locator("#source").press("End")
    desk.locator("#source").press_sequentially(" indeed")
    desk.get_by_role("button", name="Look at it first").click()
    desk.get_by_role("button", name="Keep it").click()
    expect(desk.get_by_role("status")).to_contain_text("The template is changed")
    source = "They say: indeed\n{{ article.quote }}\n{{ article.url }}"
    assert PostTemplate.objects.get().source == source
