"""What speaks of some articles only."""

from django.db import models

from publisher.articles.models import Article, Author, Section, Tag


class Choosy(models.Model):
    """Is for articles of some sections, with some tags or by some authors; all where none is named.

    An article is chosen where it has one of each kind that is named.
    """

    sections = models.ManyToManyField(Section, related_name="+")
    tags = models.ManyToManyField(Tag, related_name="+")
    authors = models.ManyToManyField(Author, related_name="+")

    class Meta:
        abstract = True

    def is_for(self, article: Article) -> bool:
        """Return whether this is for `article`."""
        pairs = (
            (self.sections.all(), {article.section_id}),
            (self.tags.all(), {tag.pk for tag in article.tags.all()}),
            (self.authors.all(), {author.pk for author in article.authors.all()}),
        )
        return all(not named or any(each.pk in has for each in named) for named, has in pairs)
