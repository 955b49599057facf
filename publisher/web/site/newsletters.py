"""A newsletter's page, and its editions as they were mailed."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from publisher import clock
from publisher.newsletters import previews
from publisher.newsletters import queries as newsletters
from publisher.web import headers, pages
from publisher.web.site.framing import Frame, frame

_PAST_EDITIONS = 30


@dataclass(frozen=True, slots=True)
class NewsletterPage:
    """What a newsletter is, and what it brought lately."""

    frame: Frame
    title: newsletters.Offer
    editions: list[newsletters.Past]


@require_safe
def newsletter(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a newsletter."""
    around = frame(clock.now())
    titles = {each.slug: each for each in around.newsletters}
    if slug not in titles:
        raise Http404(slug)
    past = newsletters.past_editions(slug, _PAST_EDITIONS)
    return pages.show(request, "site/newsletter.html", NewsletterPage(around, titles[slug], past))


@require_safe
def edition(request: HttpRequest, slug: str, edition_id: int) -> HttpResponse:
    """Show an edition that has gone out, as everybody's and without anybody's links."""
    del request
    if newsletters.public_edition(slug, edition_id) is None:
        raise Http404(edition_id)
    return headers.web_version(previews.web(edition_id))
