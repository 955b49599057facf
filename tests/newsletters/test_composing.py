"""An edition's rows become a mail: in their order, with links that lead home."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from publisher.articles.models import Article, Author, Byline
from publisher.delivery.message import Draft, new_marks
from publisher.newsletters import composing
from publisher.newsletters.models import Edition
from tests.factories import ArticleFactory, EditionFactory, NewsletterFactory

pytestmark = pytest.mark.django_db


def compose(*articles: Article, **fields: object) -> Draft:
    return composing.draft(EditionFactory.create(articles=articles, **fields), new_marks())


def test_articles_stand_in_the_editors_order() -> None:
    first, second = ArticleFactory.create(title="Aft"), ArticleFactory.create(title="Bow")
    text = compose(second, first).text
    assert text.index("Bow") < text.index("Aft")


def test_a_link_says_which_edition_it_was_in() -> None:
    article = ArticleFactory.create(slug="ferry")
    edition = EditionFactory.create(articles=[article], newsletter__slug="daily")
    text = composing.draft(edition, new_marks()).text
    link = next(line for line in text.splitlines() if "/articles/" in line)
    assert urlsplit(link).path == "/articles/ferry/"
    assert parse_qs(urlsplit(link).query) == {
        "utm_source": ["newsletter"],
        "utm_medium": ["email"],
        "utm_campaign": [f"daily-{edition.pk}"],
    }
    assert "utm_" not in composing.web(edition)


def test_a_slug_in_another_script_makes_a_link_that_can_be_clicked() -> None:
    assert (
        "/articles/%D9%85%D9%8A%D9%86%D8%A7%D8%A1/"
        in compose(ArticleFactory.create(slug="ميناء")).text
    )


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("/media/wall.jpg", "http://127.0.0.1:8000/media/wall.jpg"),
        ("https://pictures.example/Wall.PNG?w=600", "https://pictures.example/Wall.PNG?w=600"),
    ],
)
def test_pictures_that_mail_programs_know_are_shown(image: str, shown: str) -> None:
    assert f'src="{shown}"' in compose(ArticleFactory.create(image=image)).html


@pytest.mark.parametrize("image", ["/media/wall.svg", "data:image/png;base64,AAAA", "javascript:x"])
def test_other_pictures_are_left_out_with_their_credit(image: str) -> None:
    html = compose(ArticleFactory.create(image=image, image_credit="Zoë")).html
    assert "<img" not in html
    assert "Zoë" not in html


def test_bylines_are_named_in_their_order() -> None:
    article = ArticleFactory.create()
    for position, name in enumerate(("Cleo", "Ada", "Ben")):
        author = Author.objects.create(name=name, slug=name.lower())
        Byline.objects.create(article=article, author=author, position=position)
    assert "By Cleo, Ada and Ben" in compose(article).text


@pytest.mark.parametrize(("words", "told"), [(0, "Read:"), (20, "(1 min)"), (1100, "(5 min)")])
def test_reading_minutes_are_told_where_there_is_something_to_read(words: int, told: str) -> None:
    assert told in compose(ArticleFactory.create(words=words)).text


def test_the_date_is_the_newsletters_own() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    newsletter = NewsletterFactory.create(time_zone="Europe/Amsterdam")
    assert "Saturday, 21 November 2026" in compose(newsletter=newsletter, due_at=late).text


def test_without_a_preheader_the_lead_speaks() -> None:
    html = compose(ArticleFactory.create(standfirst="Passengers wait.")).html
    assert '<div class="preheader"' in html
    assert html.index("Passengers wait.") < html.index("View in browser")


def test_the_mail_belongs_to_its_list() -> None:
    daily = NewsletterFactory.create(
        slug="daily", name="The Morning Tide", reply_to="ed@courier.example"
    )
    draft = compose(newsletter=daily)
    assert draft.list_id == "daily.courier.example"
    assert draft.list_name == "The Morning Tide"
    assert draft.reply_to == "ed@courier.example"
    assert draft.one_click


def test_composing_costs_the_same_few_questions_for_any_number_of_articles(
    django_assert_num_queries: object,
) -> None:
    edition = EditionFactory.create(articles=ArticleFactory.create_batch(8))
    fresh = Edition.objects.select_related("newsletter").get(pk=edition.pk)
    with django_assert_num_queries(2):  # type: ignore[operator]  # untyped fixture
        composing.draft(fresh, new_marks())


@pytest.mark.parametrize("domain", ["x.nl", "courier.example", "news.a-rather-long-name.example"])
def test_gmail_counts_complaints_by_edition_newsletter_and_sender(domain: str) -> None:
    newsletter = NewsletterFactory.create(slug="daily", sender_address=f"daily@{domain}")
    edition = EditionFactory.create(newsletter=newsletter)
    header = composing.draft(edition, new_marks()).headers["Feedback-ID"]
    number, kind, slug, sender = header.split(":")
    assert (number, kind, slug) == (str(edition.pk), "edition", "daily")
    assert 5 <= len(sender) <= 15


def test_who_sends_stays_the_same_from_edition_to_edition() -> None:
    newsletter = NewsletterFactory.create()
    senders = {
        composing.feedback_id(newsletter, number).rpartition(":")[2] for number in ("1", "2")
    }
    assert len(senders) == 1
    other = NewsletterFactory.create(sender_address="daily@other.example")
    assert composing.feedback_id(other, "1").rpartition(":")[2] not in senders
