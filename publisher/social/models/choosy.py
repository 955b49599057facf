"""What speaks of some articles only."""

from django.db import models

from publisher.articles.models import Author, Section, Tag


class Choosy(models.Model):
    """Is for articles of some sections, with some tags or by some authors; all where none is named.

    An article is chosen where it has one of each kind that is named.
    """

    sections = models.ManyToManyField(Section, related_name="+")
    tags = models.ManyToManyField(Tag, related_name="+")
    authors = models.ManyToManyField(Author, related_name="+")

    class Meta:
        abstract = True
