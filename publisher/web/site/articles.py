"""The front page, the sections, and the articles themselves."""

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from publisher import clock, links
from publisher.articles import queries as articles
from publisher.social import queries as social
from publisher.web import pages
from publisher.web.site.framing import Frame, frame

_ON_A_PAGE = 25
# X: letters, digits and underscores, at most 15. Another name of an account is nobody's address.
_HANDLE = re.compile(r"\w{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The newest articles, the first of them as the lead."""

    frame: Frame
    lead: articles.Teaser | None
    others: list[articles.Teaser]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """The newest articles of one section."""

    frame: Frame
    name: str
    articles: list[articles.Teaser]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article, what to read next, and what machines are told of it."""

    frame: Frame
    story: articles.Story
    similar: list[articles.Teaser]
    # What our accounts are called on X.
    handles: list[str]
    address: str
    canonical: str
    # JSON-LD, as https://schema.org/NewsArticle has it.
    linked: dict[str, object]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    now = clock.now()
    newest = articles.newest(now, limit=_ON_A_PAGE)
    page = FrontPage(frame(now), newest[0] if newest else None, newest[1:])
    return pages.show(request, "site/front.html", page)


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a section."""
    now = clock.now()
    around = frame(now, slug)
    names = {each.slug: each.name for each in around.sections}
    if slug not in names:
        raise Http404(slug)
    found = articles.newest(now, limit=_ON_A_PAGE, section=slug)
    return pages.show(request, "site/section.html", SectionPage(around, names[slug], found))


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article that is public."""
    now = clock.now()
    story = articles.by_slug(slug, now)
    if story is None:
        raise Http404(slug)
    address = links.article(story.slug)
    page = ArticlePage(
        frame=frame(now, story.section_slug),
        story=story,
        similar=articles.similar(story.id, now),
        handles=_handles(),
        address=address,
        canonical=story.canonical_url or address,
        linked=_linked(story),
    )
    return pages.show(request, "site/article.html", page)


def _handles() -> list[str]:
    on_x = (account.name for account in social.accounts() if account.network == "x")
    return [name for name in on_x if _HANDLE.fullmatch(name)]


def _linked(story: articles.Story) -> dict[str, object]:
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.standfirst,
        "image": [links.absolute(story.image)] if story.image else [],
        "datePublished": story.published_at.isoformat() if story.published_at else "",
        "dateModified": story.updated_at.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "articleSection": story.section,
        "keywords": list(story.tags),
        "inLanguage": story.language,
        "mainEntityOfPage": story.canonical_url or links.article(story.slug),
    }
    return {key: value for key, value in told.items() if value}
