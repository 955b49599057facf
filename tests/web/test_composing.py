"""The form in which an edition is made: articles by their numbers, nothing typed is lost."""

import pytest

from publisher.newsletters import queries
from publisher.newsletters.models import Edition
from tests.factories import ArticleFactory, EditionFactory, NewsletterFactory
from tests.web.conftest import At

pytestmark = pytest.mark.django_db
NEW = "/desk/editions/new/"


@pytest.fixture(autouse=True)
def _material() -> None:
    NewsletterFactory.create(slug="daily", name="The Morning Tide")
    for slug in ("bridge", "choir", "ferry"):
        ArticleFactory.create(slug=slug, title=f"About the {slug}")


def test_articles_stand_in_the_order_of_their_numbers(at_the_desk: At) -> None:
    form = {"newsletter": "daily", "place-ferry": "1", "place-bridge": "2", "place-choir": ""}
    answer = at_the_desk("author").post(NEW, form, follow=True)
    edition = queries.edition(Edition.objects.get().pk)
    assert [slug for slug, _ in edition.articles] == ["ferry", "bridge"]
    assert edition.subject == "About the ferry"
    assert "Nothing happens until somebody schedules it" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "An edition needs at least one article."),
        ({"place-ferry": "first"}, "“first” is no place for “About the ferry”"),
        ({"place-ferry": "1", "newsletter": "nightly"}, "There is no newsletter"),
        ({"place-ferry": "1", "subject": "High\0water"}, "The subject has a character"),
    ],
)
def test_a_refusal_is_said_and_what_was_typed_is_kept(
    at_the_desk: At, typed: dict[str, str], said: str
) -> None:
    form = {"newsletter": "daily", "preheader": "And <more>", **typed}
    answer = at_the_desk("author").post(NEW, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'value="And &lt;more&gt;"' in page
    assert not Edition.objects.exists()


def test_an_article_brings_itself_along(at_the_desk: At) -> None:
    page = at_the_desk("author").get(f"{NEW}?article=choir").content.decode()
    assert page.count('value="1"') == 1


def test_a_draft_is_changed(at_the_desk: At) -> None:
    edition = EditionFactory.create()
    form = {"place-choir": "1", "subject": "Only the choir"}
    at_the_desk("author").post(f"/desk/editions/{edition.pk}/change/", form)
    changed = queries.edition(edition.pk)
    assert changed.articles == (("choir", "About the choir"),)
    assert changed.subject == "Only the choir"


def test_what_is_gone_is_no_longer_changed(at_the_desk: At) -> None:
    edition = EditionFactory.create(state="cancelled")
    answer = at_the_desk("chief").post(f"/desk/editions/{edition.pk}/change/", {"place-choir": "1"})
    assert answer.status_code == 422
    assert "is cancelled already, so it cannot be changed" in answer.content.decode()
