"""Everything that changes what has been written: articles come in, are edited and published."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime

from publisher import fetching
from publisher.articles import slugs
from publisher.articles.manuscripts import Manuscript
from publisher.articles.models import Article, Author, Byline, Feed, Section, Tag
from publisher.articles.sanitising import words
from publisher.errors import Refused
from publisher.fetching import GUARD, Guard

Named = TypeVar("Named", Section, Author, Tag)

# What the columns hold, less room for "-2".
_SLUG_CHARACTERS = 190
_NAME_SLUG_CHARACTERS = 45
URL_CHARACTERS = 2000
_COLUMNS = (
    *("title", "standfirst", "body", "image", "image_alt", "image_credit", "video", "source"),
    *("canonical_url", "language", "published_at", "embargo_until"),
    *("quote", "question", "numbers"),
)


@dataclass(frozen=True, slots=True)
class Added:
    """An article that came in; `is_new` is False where it was known and has been edited."""

    id: int
    slug: str
    is_new: bool


@transaction.atomic
def add(manuscript: Manuscript, *, now: datetime) -> Added:
    """Take an article in, or edit the one that has its slug or, without a slug, its canonical URL.

    An article that has been published stays so where the manuscript does not say when.
    """
    known = _known(manuscript)
    if known is None:
        return create(manuscript, now=now)
    published_at = manuscript.published_at or known.published_at
    edit(known.pk, replace(manuscript, published_at=published_at), now=now)
    return Added(known.pk, known.slug, is_new=False)


def _known(manuscript: Manuscript) -> Article | None:
    if slug := _wished(manuscript):
        same = Q(slug=slug)
    elif manuscript.canonical_url:
        same = Q(canonical_url=manuscript.canonical_url)
    else:
        return None
    return Article.objects.select_for_update().filter(same).order_by("pk").first()


def _wished(manuscript: Manuscript) -> str:
    return slugs.slug(manuscript.slug, _SLUG_CHARACTERS)


@transaction.atomic
def create(manuscript: Manuscript, *, now: datetime, feed_id: int | None = None) -> Added:
    """Take an article in as a new one, under the first free slug like its own or its title."""
    row = _row(manuscript, now) | {"created_at": now, "feed_id": feed_id}
    wanted = _wished(manuscript) or slugs.slug(manuscript.title)
    article = _called(wanted, row) if wanted else _nameless(row)
    _name_parts(article, manuscript)
    return Added(article.pk, article.slug, is_new=True)


@transaction.atomic
def edit(article_id: int, manuscript: Manuscript, *, now: datetime) -> None:
    """Make an article what the manuscript says; its slug stays, as links lead to it."""
    if not Article.objects.filter(pk=article_id).update(**_row(manuscript, now)):
        raise Refused(f"There is no article {article_id} any more; it was deleted meanwhile.")
    _name_parts(Article.objects.only("pk").get(pk=article_id), manuscript)


def publish(slug: str, at: datetime, *, now: datetime) -> None:
    """Let readers see an article from `at` on; raises Refused where there is none."""
    _date(slug, at, now)


def retract(slug: str, *, now: datetime) -> None:
    """Make an article a draft again, which readers do not see; raises Refused if there is none."""
    _date(slug, None, now)


def keep_telling(slug: str, until: datetime | None, *, now: datetime) -> None:
    """Have an article told again and again, until a moment, or always where that is None.

    Raises Refused where there is no such article, and for a moment that has passed.
    """
    if until is not None and until <= now:
        raise Refused(f"{localtime(until):%Y-%m-%d %H:%M %Z} has passed; choose a time ahead.")
    _change(slug, now, is_evergreen=True, evergreen_until=until)


def stop_telling(slug: str, *, now: datetime) -> None:
    """Have an article told no more; raises Refused where there is none."""
    _change(slug, now, is_evergreen=False, evergreen_until=None)


def add_feed(url: str, *, now: datetime, guard: Guard = GUARD) -> int:
    """Poll a feed from now on and return its id; adding it twice is no error.

    Raises Refused for an address that may not be fetched.
    """
    address = fetching.check(url, guard=guard)
    if len(address) > URL_CHARACTERS:
        raise Refused(f"That address is longer than {URL_CHARACTERS} characters; shorten it.")
    feed, _ = Feed.objects.get_or_create(url=address, defaults={"due_at": now})
    return feed.pk


def _date(slug: str, at: datetime | None, now: datetime) -> None:
    _change(slug, now, published_at=at)


def _change(slug: str, now: datetime, **changes: object) -> None:
    if not Article.objects.filter(slug=slug).update(updated_at=now, **changes):
        raise Refused(f"There is no article {slug!r}; 'publisher articles list' shows them all.")


def _row(manuscript: Manuscript, now: datetime) -> dict[str, object]:
    row = {column: getattr(manuscript, column) for column in _COLUMNS}
    if manuscript.is_evergreen is not None:
        row |= {
            "is_evergreen": manuscript.is_evergreen,
            "evergreen_until": manuscript.evergreen_until,
        }
    return row | {
        "key_points": "\n".join(manuscript.key_points),
        "words": words(manuscript.body),
        "section": _named(Section, manuscript.section) if manuscript.section else None,
        "updated_at": now,
    }


def _called(wanted: str, row: dict[str, object]) -> Article:
    taken = set(Article.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    while True:
        slug = slugs.free(wanted, taken)
        # Another worker may have taken it since we looked.
        article, is_ours = Article.objects.get_or_create(slug=slug, defaults=row)
        if is_ours:
            return article
        taken.add(slug)


def _nameless(row: dict[str, object]) -> Article:
    # A title of nothing but emoji: the article is called after its number, once it has one.
    article = _called("article", row)
    taken = Article.objects.filter(slug__startswith=f"article-{article.pk}")
    article.slug = slugs.free(f"article-{article.pk}", set(taken.values_list("slug", flat=True)))
    article.save(update_fields=["slug"])
    return article


def _name_parts(article: Article, manuscript: Manuscript) -> None:
    article.tags.set(_named(Tag, name) for name in manuscript.tags)
    authors = dict.fromkeys(_named(Author, name) for name in manuscript.authors)
    Byline.objects.filter(article=article).delete()
    Byline.objects.bulk_create(
        Byline(article=article, author=author, position=position)
        for position, author in enumerate(authors)
    )


def _named(kind: type[Named], name: str) -> Named:
    """Return the section, author or tag of this name in any case, made now if there is none."""
    known = kind.objects.filter(name__iexact=name).order_by("pk").first()
    if known is not None:
        return known
    wanted = slugs.slug(name, _NAME_SLUG_CHARACTERS) or kind.__name__.lower()
    taken = set(kind.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    made, _ = kind.objects.get_or_create(name=name, defaults={"slug": slugs.free(wanted, taken)})
    return made
