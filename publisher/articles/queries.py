"""What readers and editors see of articles, as small frozen dataclasses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When

from publisher.articles.models import Article, Byline, Feed, Section, Tag

# A grown-up reads about so many a minute on a screen (Brysbaert 2019: 238 of English prose).
_WORDS_PER_MINUTE = 220
# Languages written from right to left, and the scripts that make another one so.
_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "nkoo", "syrc", "thaa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """An article in a list. `path` is percent-encoded, `minutes` at least 1."""

    id: int
    slug: str
    path: str
    title: str
    standfirst: str
    section: str
    section_slug: str
    authors: tuple[str, ...]
    image: str
    image_alt: str
    language: str
    direction: str
    is_video: bool
    minutes: int
    published_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Teaser):
    """An article on its own page."""

    body: str
    tags: tuple[str, ...]
    image_credit: str
    video: str
    source: str
    canonical_url: str
    embargo_until: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the paper."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """A feed that is polled; `problem` is a sentence, "" while all is well."""

    id: int
    url: str
    title: str
    due_at: datetime
    polled_at: datetime | None
    problem: str
    articles: int


def newest(
    now: datetime, *, limit: int, section: str | None = None, offset: int = 0
) -> list[Teaser]:
    """Return what readers see, the newest first, of one section (by its slug) or of all."""
    found = _published(now)
    if section is not None:
        found = found.filter(section__slug=section)
    return _teasers(found.order_by("-published_at", "-id")[offset : offset + limit], now)


def by_slug(slug: str, now: datetime) -> Story | None:
    """Return an article that readers may see, or None."""
    return _story(_published(now).filter(slug=slug), now)


def any_by_slug(slug: str, now: datetime) -> Story | None:
    """Return an article in whatever state, for those who work here; None if there is none."""
    return _story(Article.objects.filter(slug=slug), now)


def similar(article_id: int, now: datetime, limit: int = 4) -> list[Teaser]:
    """Return what shares the most tags with an article, then what is newest in its section."""
    tags = Tag.objects.filter(articles=article_id)
    section = Section.objects.filter(articles=article_id)
    others = _published(now).exclude(pk=article_id)
    sharing = others.filter(tags__in=tags).annotate(
        shared=Count("pk"), is_near=Case(When(section__in=section, then=1), default=0)
    )
    order = ("-shared", "-is_near", "-published_at", "-id")
    found = _teasers(sharing.order_by(*order)[:limit], now)
    neighbours = others.filter(section__in=section).exclude(pk__in=[each.id for each in found])
    return found + _teasers(neighbours.order_by(*order[2:])[: limit - len(found)], now)


def sections() -> list[Part]:
    """Return every section by name."""
    return [Part(*row) for row in Section.objects.order_by("name").values_list("slug", "name")]


def listed(now: datetime, *, limit: int = 50, offset: int = 0, search: str = "") -> list[Teaser]:
    """Return articles in whatever state: drafts first, then the others, the newest first.

    With `search`, those that have these words in their title or standfirst.
    """
    found = Article.objects.order_by(F("published_at").desc(nulls_first=True), "-id")
    for word in search.split():
        found = found.filter(Q(title__icontains=word) | Q(standfirst__icontains=word))
    return _teasers(found[offset : offset + limit], now)


def feeds() -> list[Source]:
    """Return every feed by its address."""
    found = Feed.objects.order_by("url").annotate(taken_in=Count("articles"))
    columns = ("pk", "url", "title", "due_at", "polled_at", "problem", "taken_in")
    return [Source(*row) for row in found.values_list(*columns)]


def _published(now: datetime) -> QuerySet[Article]:
    is_free = Q(embargo_until=None) | Q(embargo_until__lte=now)
    return Article.objects.filter(is_free, published_at__lte=now)


def _teasers(articles: QuerySet[Article], now: datetime) -> list[Teaser]:
    return [Teaser(**_in_short(article, now)) for article in _with_names(articles.defer("body"))]


def _story(articles: QuerySet[Article], now: datetime) -> Story | None:
    article = _with_names(articles).prefetch_related("tags").first()
    if article is None:
        return None
    return Story(
        **_in_short(article, now),
        body=article.body,
        tags=tuple(sorted(tag.name for tag in article.tags.all())),
        image_credit=article.image_credit,
        video=article.video,
        source=article.source,
        canonical_url=article.canonical_url,
        embargo_until=article.embargo_until,
        updated_at=article.updated_at,
    )


def _with_names(articles: QuerySet[Article]) -> QuerySet[Article]:
    bylines = Byline.objects.select_related("author").order_by("position")
    return articles.select_related("section").prefetch_related(
        Prefetch("byline_set", queryset=bylines)
    )


def _in_short(article: Article, now: datetime) -> dict[str, Any]:
    section = article.section
    return {
        "id": article.pk,
        "slug": article.slug,
        "path": f"/articles/{quote(article.slug)}/",
        "title": article.title,
        "standfirst": article.standfirst,
        "section": section.name if section else "",
        "section_slug": section.slug if section else "",
        "authors": tuple(byline.author.name for byline in article.byline_set.all()),
        "image": article.image,
        "image_alt": article.image_alt,
        "language": article.language,
        "direction": direction(article.language),
        "is_video": bool(article.video),
        "minutes": max(1, round(article.words / _WORDS_PER_MINUTE)),
        "published_at": article.published_at,
        "state": _state(article, now),
    }


def direction(language: str) -> str:
    """Return `rtl` for a BCP 47 tag of a language written from right to left, else `ltr`."""
    first, *rest = language.lower().split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    is_rtl = scripts[0] in _RIGHT_TO_LEFT_SCRIPTS if scripts else first in _RIGHT_TO_LEFT
    return "rtl" if is_rtl else "ltr"


def _state(article: Article, now: datetime) -> str:
    if article.published_at is None:
        return "draft"
    if article.published_at > now:
        return "scheduled"
    if article.embargo_until is not None and article.embargo_until > now:
        return "embargoed"
    return "published"
