"""How large an edition is as it leaves, and what is said and refused because of that."""

from datetime import datetime, timedelta
from email import message_from_bytes

import pytest

from publisher.articles.models import Article
from publisher.newsletters import editions, previews, queries, weighing
from publisher.newsletters.editions import Manner, Plan
from publisher.newsletters.models import Edition, Newsletter
from tests.factories import ArticleFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def daily() -> Newsletter:
    return SubscriptionFactory.create().newsletter


def made(daily: Newsletter, now: datetime, standfirst: str) -> int:
    """Return a draft with an article of this standfirst, which the template shows once in HTML."""
    article = ArticleFactory.create(standfirst=standfirst, title="The ferry")
    plan = Plan((article.pk,), preheader="What else happened.")
    return editions.create(daily.pk, plan, by=None, now=now)


def test_what_counts_is_the_html_part_as_it_leaves(daily: Newsletter, now: datetime) -> None:
    edition_id = made(daily, now, "Über die Fähre")
    mail = message_from_bytes(previews.eml(edition_id))
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/html"]
    as_previewed = len(str(part.get_payload()))
    # A preview is nobody's: its links are shorter by their tokens.
    assert 0 < Edition.objects.get().html_octets - as_previewed < 300


def test_what_is_encoded_counts_encoded(daily: Newsletter, now: datetime) -> None:
    sizes = [
        Edition.objects.get(pk=made(daily, now, letter * 10_000)).html_octets for letter in "aä"
    ]
    # Two octets of UTF-8, three characters each.
    assert sizes[1] > sizes[0] + 40_000


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (0, ()),
        (80 * 1024 - 1, ()),
        (80 * 1024, ("Its HTML is 80 KB; Gmail cuts off what is beyond 102 KB.",)),
        (102 * 1024, ("Gmail cuts it off: its HTML is 102 KB, and Gmail shows 102 KB.",)),
    ],
)
def test_an_editor_is_warned_in_time(octets: int, said: tuple[str, ...]) -> None:
    assert weighing.warnings(octets) == said


def test_a_draft_may_be_too_large_and_says_so(daily: Newsletter, now: datetime) -> None:
    edition = queries.edition(made(daily, now, "a" * 85_000))
    assert edition.warnings[0].startswith("Its HTML is 9")


def test_nothing_that_gmail_cuts_off_is_scheduled_unseen(daily: Newsletter, now: datetime) -> None:
    edition_id = made(daily, now, "a" * 110_000)
    with pytest.raises(weighing.Clipped, match=r"is 1\d\d KB as it leaves, and Gmail cuts off"):
        editions.schedule(edition_id, now + HOUR, by=None, now=now)
    accepted = Manner(clipping_accepted=True)
    editions.schedule(edition_id, now + HOUR, by=None, now=now, manner=accepted)
    assert queries.edition(edition_id).state == "scheduled"


def test_a_text_that_grew_since_the_draft_is_weighed_anew(daily: Newsletter, now: datetime) -> None:
    edition_id = made(daily, now, "short")
    Article.objects.update(standfirst="a" * 110_000)
    with pytest.raises(weighing.Clipped):
        editions.schedule(edition_id, now + HOUR, by=None, now=now)


def test_what_was_accepted_stays_accepted(daily: Newsletter, now: datetime) -> None:
    edition_id = made(daily, now, "a" * 110_000)
    accepted = Manner(clipping_accepted=True)
    editions.schedule(edition_id, now + HOUR, by=None, now=now, manner=accepted)
    editions.schedule(edition_id, now + 2 * HOUR, by=None, now=now)
    assert queries.edition(edition_id).due_at == now + 2 * HOUR
