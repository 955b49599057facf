"""Articles: finding one, reading it as a reader would, publishing it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from publisher import clock
from publisher.articles import actions
from publisher.articles import queries as articles
from publisher.errors import Refused
from publisher.web import pages
from publisher.web.desk import door

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ArticlesPage:
    """The newest articles, or those that were searched for."""

    now: datetime
    searched: str
    articles: list[articles.Teaser]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article, published or not."""

    story: articles.Story
    sentence: str
    is_public: bool
    may_publish: bool
    refused: str = ""


@require_safe
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the newest articles, or those with the searched words."""
    searched = request.GET.get("q", "").replace("\0", "").strip()
    now = clock.now()
    found = articles.listed(now, search=searched, limit=_SHOWN)
    return door.show(request, "desk/articles.html", ArticlesPage(now, searched, found))


@require_safe
@door.members
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article."""
    return _shown(request, slug, clock.now())


@require_POST
@door.schedulers
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Let readers see an article from now on."""
    now = clock.now()
    _story(slug, now)
    try:
        actions.publish(slug, now, now=now)
    except Refused as refusal:
        return _shown(request, slug, now, str(refusal))
    messages.success(request, "Readers see it from now on.")
    return redirect("desk_article", slug)


def _shown(request: HttpRequest, slug: str, now: datetime, refused: str = "") -> HttpResponse:
    story = _story(slug, now)
    page = ArticlePage(
        story=story,
        sentence=_sentence(story),
        is_public=story.state == "published",
        may_publish=story.state == "draft" and door.visitor(request).may_schedule,
        refused=refused,
    )
    return door.show(request, "desk/article.html", page, status=422 if refused else 200)


def _sentence(story: articles.Story) -> str:
    since = pages.moment(story.published_at) if story.published_at else ""
    match story.state:
        case "draft":
            return "Readers do not see it: nobody has published it yet."
        case "scheduled":
            return f"Readers see it from {since} on."
        case "embargoed" if story.embargo_until:
            return f"Readers see it when its embargo ends: {pages.moment(story.embargo_until)}."
        case _:
            return f"Readers have seen it since {since}."


def _story(slug: str, now: datetime) -> articles.Story:
    story = articles.any_by_slug(slug, now)
    if story is None:
        raise Http404(slug)
    return story
