"""Whatever people type, and wherever: what leaves is one mail, with the headers that are ours."""

from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.db.models import Model

from publisher.articles.models import Article, Author, Byline, Section
from publisher.audience.models import Subscriber
from publisher.channels.smtp.transfer import stuffed
from publisher.delivery.message import Frozen, build, freeze, new_marks
from publisher.errors import Refused
from publisher.newsletters import composing, confirmations
from publisher.newsletters.models import Edition, Newsletter
from tests.delivery.message import strict
from tests.factories import (
    NOW,
    ArticleFactory,
    EditionFactory,
    NewsletterFactory,
    SubscriberFactory,
)
from tests.newsletters.smuggled import SMUGGLED
from tests.newsletters.test_golden import ada

pytestmark = pytest.mark.django_db

# Every text of somebody's that reaches a mail: its row, and its field.
FIELDS: list[tuple[type[Model], str]] = [
    *[(Newsletter, field) for field in ("name", "sender_name", "nameless", "postal_address")],
    *[(Newsletter, field) for field in ("description", "language", "slug")],
    *[(Newsletter, field) for field in ("sender_address", "reply_to")],
    *[(Article, field) for field in ("title", "standfirst", "image", "image_alt", "image_credit")],
    *[(Article, field) for field in ("language", "slug")],
    *[(Edition, field) for field in ("subject", "preheader")],
    *[(Section, "name"), (Author, "name"), (Subscriber, "name")],
]
OURS = [
    *("To", "Date", "Message-ID", "From", "Reply-To", "Subject", "List-Id"),
    *("List-Archive", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"),
    *("MIME-Version", "Content-Type"),
]


@pytest.fixture
def edition() -> Edition:
    """Return an edition with everything that one may have."""
    article = ArticleFactory.create(
        image="/media/ferry.jpg", image_credit="Zoë", image_alt="A quay"
    )
    author = Author.objects.create(name="Ann Ray", slug="ann-ray")
    Byline.objects.create(article=article, author=author, position=0)
    SubscriberFactory.create(email="ada@reader.example", name="Ada")
    daily = NewsletterFactory.create(slug="daily", reply_to="desk@courier.example")
    return EditionFactory.create(newsletter=daily, articles=[article])


def mail(edition: Edition) -> bytes:
    """Return the edition as Ada's, just as it is written to the relay."""
    frozen = Frozen.from_bytes(composing.frozen(edition))
    reader = Subscriber.objects.get()
    values = {**ada(NOW).values, "name": reader.name or edition.newsletter.nameless}
    recipient = replace(ada(NOW), name=reader.name, values=values)
    return stuffed(build(frozen, recipient))


def read(raw: bytes) -> EmailMessage:
    """Parse what is on the wire, which must be one mail of CRLF lines with two parts."""
    assert b"\r\n.\r\n" not in raw
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    parts = [part.get_content_type() for part in parsed.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    return parsed


def no_more_than_ours(parsed: EmailMessage) -> None:
    """Check that nobody has put in a header, a recipient or a line."""
    assert [*parsed.keys()] == OURS
    assert len(parsed["To"].addresses) == len(parsed["From"].addresses) == 1
    assert parsed["To"].addresses[0].addr_spec == "ada@reader.example"
    for name, value in parsed.items():
        assert not set("\r\n\x85\u2028") & set(str(value)), name


@pytest.mark.parametrize(
    ("model", "field"), FIELDS, ids=lambda each: getattr(each, "__name__", each)
)
def test_no_field_makes_more_of_a_mail(
    edition: Edition, model: type[Model], field: str, subtests: pytest.Subtests
) -> None:
    rows: Any = model._default_manager.all()
    longest = getattr(model._meta.get_field(field), "max_length", None)
    for kind, text in SMUGGLED.items():
        # Past every check of a form: as if the row had come from anywhere.
        rows.update(**{field: text[:longest]})
        with subtests.test(kind), suppress(Refused):
            no_more_than_ours(read(mail(Edition.objects.select_related("newsletter").get())))


@pytest.mark.parametrize("field", ["name", "sender_name", "postal_address", "description"])
def test_no_field_makes_more_of_a_confirmation(
    edition: Edition, field: str, subtests: pytest.Subtests
) -> None:
    marks = new_marks("confirm_url")
    for kind, text in SMUGGLED.items():
        Newsletter.objects.update(**{field: text})
        with subtests.test(kind), suppress(Refused):
            draft = confirmations.draft(Newsletter.objects.get(), marks)
            assert [*read(stuffed(build(freeze(draft, marks), ada(NOW)))).keys()] == [
                *("To", "Date", "Message-ID", "From", "Reply-To", "Subject"),
                *("Auto-Submitted", "Feedback-ID", "MIME-Version", "Content-Type"),
            ]


@pytest.mark.parametrize(
    ("model", "field", "header"),
    [
        (Edition, "subject", "Subject"),
        (Newsletter, "name", "List-Id"),
        (Newsletter, "sender_name", "From"),
        (Subscriber, "name", "To"),
    ],
)
def test_what_hides_in_an_encoded_word_stays_words(
    edition: Edition, model: type[Model], field: str, header: str
) -> None:
    rows: Any = model._default_manager.all()
    rows.update(**{field: SMUGGLED["an encoded word"]})
    raw = mail(Edition.objects.select_related("newsletter").get())
    no_more_than_ours(read(raw))
    # Read once it is what was typed, and not what that would decode to.
    assert "=?utf-8?q?a=0D=0ABcc:_evil@stranger.example?=" in strict.header(raw, header)
