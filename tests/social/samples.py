"""One article that has something for every kind of post: what the golden files show."""

from datetime import datetime

from publisher.articles.models import Article, Author, Byline, Section, Tag
from tests.factories import ArticleFactory

BODY = (
    "<p>On Friday the night ferry sailed again.</p>"
    "<blockquote><p>You cannot imagine the luxury of leaving when you are finished.</p>"
    "<p>— Ada Vos</p></blockquote>"
    "<h2>Who pays for it?</h2><p>The service costs €1.3 million a year.</p>"
)


def night_ferry(now: datetime) -> Article:
    """Return the article, in the database."""
    article = ArticleFactory.create(
        pk=7,
        slug="night-ferry",
        title="The night ferry returns",
        standfirst="After eleven years the port has a boat home for those who work late.",
        body=BODY,
        key_points="It sails at 23:10.\nIt takes 214 people.\nA crossing is free until January.",
        section=Section.objects.create(slug="harbour", name="Harbour"),
        published_at=now,
    )
    article.tags.set(
        Tag.objects.create(slug=name.replace(" ", "-"), name=name)
        for name in ("public transport", "night shift", "Harbour Board")
    )
    author = Author.objects.create(slug="ben", name="Ben Bakker")
    Byline.objects.create(article=article, author=author, position=0)
    return article
