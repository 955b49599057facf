"""One reader at a time: found by address, with what they asked for, and a way to let them go."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from publisher import clock
from publisher.audience import actions as audience
from publisher.audience import queries as readers
from publisher.delivery import figures
from publisher.errors import Refused
from publisher.staff import trail
from publisher.web.desk import door, suppressions


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The field for an address."""

    email: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """One reader."""

    reader: readers.Reader
    notices: list[figures.Notice]
    trail: list[trail.Line]


# By POST, so that no address gets into an access log or a browser's history.
@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def search(request: HttpRequest) -> HttpResponse:
    """Show the field, or go to the reader with the address in it."""
    if request.method != "POST":
        return door.show(request, "desk/readers.html", SearchPage(""))
    email = request.POST.get("email", "")
    try:
        return redirect("desk_reader", readers.reader_at(email).id)
    except Refused as refusal:
        page = SearchPage(email, str(refusal))
        return door.show(request, "desk/readers.html", page, status=422)


@require_safe
@door.members
def reader(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Show a reader."""
    page = ReaderPage(
        _reader(subscriber_id),
        figures.of_reader(subscriber_id),
        trail.of(f"reader {subscriber_id}"),
    )
    return door.show(request, "desk/reader.html", page)


@require_POST
@door.schedulers
def unsubscribe(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """End one subscription of a reader who asked the newsroom to."""
    wishes = {str(wish.id): wish for wish in _reader(subscriber_id).wishes}
    wish = wishes.get(request.POST.get("wish", ""))
    if wish is None:
        raise Http404(subscriber_id)
    now = clock.now()
    by = door.visitor(request)
    audience.unsubscribe(wish.id, now=now, reason=f"by {by.email}")
    trail.note(by, f"reader {subscriber_id}", f"ended {wish.newsletter_slug}", now=now)
    messages.success(request, f"{wish.newsletter} no longer goes to this reader.")
    return redirect("desk_reader", subscriber_id)


@require_POST
@door.schedulers
def suppress(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Never write to a reader's address again."""
    now = clock.now()
    by = door.visitor(request)
    email = _reader(subscriber_id).email
    audience.suppress(email, f"suppressed at the desk by {by.email}", now=now)
    trail.note(by, f"reader {subscriber_id}", "suppressed", now=now)
    messages.success(request, f"Nothing is sent to {email} any more.")
    return redirect("desk_reader", subscriber_id)


@require_POST
@door.schedulers
def lift(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Let mail go to a reader's address again."""
    email = _reader(subscriber_id).email
    try:
        suppressions.lifted(door.visitor(request), email, clock.now())
    except Refused as refusal:
        # Somebody else was quicker, and it is done.
        messages.success(request, str(refusal))
    else:
        messages.success(request, f"{email} gets mail again.")
    return redirect("desk_reader", subscriber_id)


def _reader(subscriber_id: int) -> readers.Reader:
    found = readers.reader(subscriber_id)
    if found is None:
        raise Http404(subscriber_id)
    return found
