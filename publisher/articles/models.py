"""Articles with their sections, authors and tags, and the feeds they may come from."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class Section(models.Model):
    """A part of the paper: City, Politics, Sport."""

    slug = models.SlugField(unique=True, allow_unicode=True)
    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    """A byline."""

    slug = models.SlugField(unique=True, allow_unicode=True)
    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A subject that articles share; posts make hashtags of it."""

    slug = models.SlugField(unique=True, allow_unicode=True)
    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Feed(models.Model):
    """An RSS or Atom feed that is polled when its `due_at` has come."""

    url = models.URLField(unique=True, max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    # The validators of the last answer, sent back so that an unchanged feed costs one 304 (RFC 9110
    # section 13).
    etag = models.CharField(max_length=1000, blank=True)
    modified = models.CharField(max_length=200, blank=True)
    polled_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        indexes = [
            # The dispatcher asks which feeds are due.
            models.Index(fields=["due_at"], name="feed_due"),
        ]

    def __str__(self) -> str:
        return self.title or self.url


class Article(models.Model):
    """One article; readers see it from `published_at` on, unless an embargo still holds.

    `published_at` is None for an article that nobody has published yet.
    """

    slug = models.SlugField(unique=True, max_length=200, allow_unicode=True)
    title = models.CharField(max_length=300)
    standfirst = models.TextField(blank=True)
    # HTML, sanitised on the way in: whoever shows it may trust it.
    body = models.TextField(blank=True)
    # Counted when the body is written, so that a list of articles need not load their bodies.
    words = models.PositiveIntegerField(default=0)
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="articles")
    tags = models.ManyToManyField(Tag, related_name="articles")
    authors = models.ManyToManyField(Author, related_name="articles", through="Byline")
    # An absolute URL, or a path below /media/ for an image of our own.
    image = models.CharField(max_length=2000, blank=True)
    image_alt = models.TextField(blank=True)
    image_credit = models.CharField(max_length=300, blank=True)
    video = models.URLField(max_length=2000, blank=True)
    source = models.CharField(max_length=300, blank=True)
    canonical_url = models.URLField(max_length=2000, blank=True)
    language = models.CharField(max_length=35, default="en")
    # What posts say of it beside headline and standfirst; "" where nobody has said.
    quote = models.TextField(blank=True)
    question = models.TextField(blank=True)
    numbers = models.TextField(blank=True)
    # A point a line.
    key_points = models.TextField(blank=True)
    # Worth telling again, until then; None for always.
    is_evergreen = models.BooleanField(default=False)
    evergreen_until = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    embargo_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    feed = models.ForeignKey(Feed, models.SET_NULL, null=True, related_name="articles")

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [
            # The front page and the desk list the newest first.
            models.Index(fields=["-published_at", "-id"], name="article_newest"),
            # The dispatcher asks which articles have just come out, and some do with an embargo.
            models.Index(
                fields=["embargo_until"],
                condition=Q(embargo_until__isnull=False),
                name="article_embargo",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def out_at(self) -> datetime | None:
        """Return from when on readers see it; None where nobody has published it."""
        if self.published_at is None or self.embargo_until is None:
            return self.published_at
        return max(self.published_at, self.embargo_until)

    def is_out(self, now: datetime) -> bool:
        """Say whether readers see it."""
        return self.out_at is not None and self.out_at <= now

    def is_evergreen_at(self, moment: datetime) -> bool:
        """Say whether it is worth telling again at a moment."""
        return self.is_evergreen and (self.evergreen_until is None or self.evergreen_until > moment)


class Byline(models.Model):
    """Who wrote an article, in the order in which they are named."""

    article = models.ForeignKey(Article, models.CASCADE)
    author = models.ForeignKey(Author, models.CASCADE)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="byline_once")]

    def __str__(self) -> str:
        return f"{self.author} on {self.article}"


class Taken(models.Model):
    """One way to recognise a feed's item again: its GUID, its link or its words, hashed.

    An item is taken only if none of its keys is known, whatever the feed does to its GUIDs.
    """

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="taken")
    key = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        # The key first, because a link is looked for among the items of every feed.
        constraints = [models.UniqueConstraint(fields=["key", "feed"], name="taken_once")]

    def __str__(self) -> str:
        return self.key
