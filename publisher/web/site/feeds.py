"""What machines read: the feed, the map of the site, and what they may not look at."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from publisher import clock, links
from publisher.articles import queries as articles
from publisher.articles.queries import Part, Teaser
from publisher.newsletters import queries as newsletters
from publisher.web import pages

_IN_THE_FEED = 30
# A map may name 50,000 pages (sitemaps.org); whoever looks for news wants the newest.
_ON_THE_MAP = 5_000

_ROBOTS = """\
User-agent: *
Disallow: /desk/
Disallow: /confirm/
Disallow: /preferences/
Disallow: /unsubscribe/

Sitemap: {sitemap}
"""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Every page that a search engine should know."""

    articles: list[Teaser]
    sections: list[Part]
    newsletters: list[newsletters.Offer]


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer with the newest articles as Atom (RFC 4287)."""
    del request
    atom = Atom1Feed(
        title=settings.PUBLISHER_NAME,
        link=links.absolute("/"),
        description="",
        feed_url=links.absolute("/feed.xml"),
    )
    for teaser in articles.newest(clock.now(), limit=_IN_THE_FEED):
        atom.add_item(
            title=teaser.title,
            link=links.article(teaser.slug),
            description=teaser.standfirst,
            unique_id=links.article(teaser.slug),
            pubdate=teaser.published_at,
            updateddate=teaser.published_at,
            categories=[teaser.section] if teaser.section else [],
            author_name=", ".join(teaser.authors) or settings.PUBLISHER_NAME,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Answer with the map of the site (sitemaps.org, version 0.9)."""
    page = Sitemap(
        articles.newest(clock.now(), limit=_ON_THE_MAP),
        articles.sections(),
        newsletters.offers(),
    )
    response = pages.show(request, "site/sitemap.xml", page)
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Answer with what search engines need not look at (RFC 9309)."""
    del request
    sitemap_url = links.absolute("/sitemap.xml")
    return HttpResponse(_ROBOTS.format(sitemap=sitemap_url), content_type="text/plain")
