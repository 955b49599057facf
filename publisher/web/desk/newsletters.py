"""The newsletters, with their senders and how many read them."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from publisher.newsletters import queries as newsletters
from publisher.web.desk import door


@dataclass(frozen=True, slots=True)
class NewslettersPage:
    """Every newsletter."""

    newsletters: list[newsletters.Title]


@require_safe
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the newsletters."""
    page = NewslettersPage(newsletters.newsletters())
    return door.show(request, "desk/newsletters.html", page)
