"""The page on which a reader, known by a link in their mail, sees and changes what they get."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from publisher import clock
from publisher.audience import actions as audience
from publisher.audience import queries as readers
from publisher.errors import Refused
from publisher.web import pages
from publisher.web.site import keys
from publisher.web.site.framing import Frame, frame


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    """A reader's own name and newsletters; `done` or `refused` says what became of a change."""

    frame: Frame
    reader: readers.Reader
    name: str
    done: str = ""
    refused: str = ""


# The signed link is the key, and no session stands beside it: see subscribing.py.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show a reader's choices, or change them."""
    subscriber_id = readers.subscriber_of(keys.subscription("preferences", token))
    now = clock.now()
    done = refused = ""
    if request.method == "POST":
        try:
            done = _change(request, _reader(subscriber_id), now)
        except Refused as refusal:
            refused = str(refusal)
    reader = _reader(subscriber_id)
    name = request.POST.get("name", "") if refused else reader.name
    page = PreferencesPage(frame(now), reader, name, done, refused)
    return pages.show(request, "site/preferences.html", page, status=422 if refused else 200)


def _reader(subscriber_id: int | None) -> readers.Reader:
    reader = readers.reader(subscriber_id) if subscriber_id else None
    if reader is None:
        raise Http404(subscriber_id)
    return reader


@transaction.atomic
def _change(request: HttpRequest, reader: readers.Reader, now: datetime) -> str:
    if "nothing" in request.POST:
        for wish in reader.wishes:
            audience.unsubscribe(wish.id, now=now)
        return "You are unsubscribed from everything."
    audience.rename(reader.id, request.POST.get("name", ""))
    wanted = set(request.POST.getlist("wish"))
    if wanted - {str(wish.id) for wish in reader.wishes}:
        # Somebody else's, or nobody's.
        raise Http404(reader.id)
    for wish in reader.wishes:
        if str(wish.id) in wanted:
            audience.resubscribe(wish.id, now=now)
        elif wish.is_active:
            audience.unsubscribe(wish.id, now=now)
    return "Your choices are saved."
