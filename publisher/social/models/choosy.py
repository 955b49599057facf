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

    def chooses(self, article: Article) -> bool:
        """Say whether this is for an article."""
        kinds = (
            (self.sections, {article.section_id}),
            (self.tags, set(article.tags.values_list("pk", flat=True))),
            (self.authors, set(article.authors.values_list("pk", flat=True))),
        )
        return all(
            not named or named & its
            for named, its in ((set(kind.values_list("pk", flat=True)), its) for kind, its in kinds)
        )
