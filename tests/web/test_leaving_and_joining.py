"""The pages that a reader comes to: a scanner's look changes nothing, the reader's press does."""

import re
from datetime import datetime

import pytest
from django.test import Client

from publisher import links
from publisher.audience import actions as audience
from publisher.audience.models import Signup, Subscription
from tests.factories import NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def path(url: str) -> str:
    """Return a link of ours without its host."""
    return "/" + url.split("/", 3)[3]


@pytest.fixture
def strict() -> Client:
    """Return a browser without cookies that checks CSRF as the real server does."""
    return Client(enforce_csrf_checks=True)


def test_the_answer_to_the_form_is_the_same_for_every_address(
    client: Client, now: datetime
) -> None:
    daily = NewsletterFactory.create(slug="daily")
    known = SubscriptionFactory.create(newsletter=daily).subscriber.email
    audience.suppress("gone@reader.example", "complained", now=now)
    answers = []
    for email in ("new1@reader.example", known, "gone@reader.example"):
        form = {"email": email, "name": "", "newsletter": "daily"}
        answer = client.post("/subscribe/", form)
        # The page bears the moment of its making, and says which mailbox to look into.
        page = re.sub(rb'<time datetime="[^"]*">', b"<time>", answer.content)
        answers.append((answer.status_code, page.replace(email.encode(), b"X")))
    assert answers[0][0] == 200
    assert answers[0] == answers[1] == answers[2]
    assert Signup.objects.count() == 3


@pytest.mark.parametrize("email", ["", "no address", "a@example.org\r\nBcc: b@example.org"])
def test_what_is_no_address_is_refused_and_what_was_typed_is_kept(
    client: Client, email: str
) -> None:
    NewsletterFactory.create(slug="daily")
    form = {"email": email, "name": "Ada <b>", "newsletter": "daily"}
    answer = client.post("/subscribe/", form)
    assert answer.status_code == 422
    assert b"is not an e-mail address" in answer.content
    assert b"Ada &lt;b&gt;" in answer.content
    assert not Signup.objects.exists()


def test_a_program_that_fills_in_the_hidden_field_gets_the_same_answer_and_nothing_else(
    client: Client,
) -> None:
    NewsletterFactory.create(slug="daily")
    form = {"email": "bot@reader.example", "newsletter": "daily", "website": "http://x.example"}
    assert client.post("/subscribe/", form).status_code == 200
    assert not Signup.objects.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_confirmation_link_confirms_nothing(client: Client, method: str) -> None:
    wish = SubscriptionFactory.create(state="pending", confirmed_at=None)
    assert getattr(client, method)(path(links.confirm(wish.pk))).status_code == 200
    assert Subscription.objects.get().state == "pending"


def test_pressing_the_button_confirms(strict: Client) -> None:
    wish = SubscriptionFactory.create(state="pending", confirmed_at=None)
    for _ in range(2):
        assert strict.post(path(links.confirm(wish.pk))).status_code == 200
    assert Subscription.objects.get().state == "active"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_unsubscribe_link_ends_nothing(client: Client, method: str) -> None:
    wish = SubscriptionFactory.create()
    assert getattr(client, method)(path(links.unsubscribe(wish.pk))).status_code == 200
    assert Subscription.objects.get().state == "active"


def test_one_click_ends_it_without_cookie_token_or_redirect(strict: Client) -> None:
    wish = SubscriptionFactory.create()
    for _ in range(2):
        answer = strict.post(path(links.unsubscribe(wish.pk)), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
    assert Subscription.objects.get().state == "ended"


def test_a_link_is_good_for_its_own_purpose_only(client: Client) -> None:
    wish = SubscriptionFactory.create()
    token = links.unsubscribe(wish.pk).split("/")[-2]
    assert client.post(f"/confirm/{token}/").status_code == 404
    assert client.get(f"/preferences/{token}/").status_code == 404
    assert client.post(f"/unsubscribe/{token[:-1]}/").status_code == 404
    edited = f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}"
    assert client.post(f"/unsubscribe/{edited}/").status_code == 404
    assert Subscription.objects.get().state == "active"


def test_pages_with_a_token_are_kept_by_nobody_and_named_to_nobody(client: Client) -> None:
    wish = SubscriptionFactory.create()
    for link in (links.unsubscribe, links.preferences, links.confirm):
        answer = client.get(path(link(wish.pk)))
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_a_reader_sees_only_their_own_newsletters(client: Client) -> None:
    mine = SubscriptionFactory.create(newsletter__name="The Morning Tide")
    SubscriptionFactory.create(subscriber__name="Somebody else entirely")
    page = client.get(path(links.preferences(mine.pk))).content.decode()
    assert mine.subscriber.name in page
    assert "Somebody else entirely" not in page
