"""The newsletters, with their senders and how many read them."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from publisher.newsletters import outlets
from publisher.newsletters import queries as newsletters
from publisher.web.desk import door


@dataclass(frozen=True, slots=True)
class NewslettersPage:
    """Every newsletter, with how its mail leaves."""

    newsletters: list[tuple[newsletters.Title, outlets.Outlet]]


@require_safe
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the newsletters."""
    page = NewslettersPage([(title, outlets.outlet(title)) for title in newsletters.newsletters()])
    return door.show(request, "desk/newsletters.html", page)
