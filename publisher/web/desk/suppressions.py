"""Addresses that nothing is sent to: the latest, one that is looked up, and a way to lift them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from publisher import clock
from publisher.audience import actions as audience
from publisher.audience import queries as readers
from publisher.errors import Refused
from publisher.staff import trail
from publisher.staff.models import Member
from publisher.web.desk import door

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SuppressionsPage:
    """The latest, and above them the one that was looked up: `email` is what was typed."""

    stops: list[readers.Stop]
    email: str = ""
    found: readers.Stop | None = None
    done: str = ""
    refused: str = ""


# By POST, so that no address gets into an access log or a browser's history.
@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the latest, or why nothing is sent to the address in the field."""
    email = request.POST.get("email", "").strip()
    return _shown(request, email) if email else _shown(request)


@require_POST
@door.schedulers
def lift(request: HttpRequest) -> HttpResponse:
    """Let mail go to an address again."""
    email = request.POST.get("email", "").strip()
    try:
        lifted(door.visitor(request), email, clock.now())
    except Refused as refusal:
        return _shown(request, email, str(refusal))
    messages.success(request, f"{email} gets mail again.")
    return redirect("desk_suppressions")


def lifted(by: Member, email: str, now: datetime) -> None:
    """Lift the suppression of an address, and say so on its reader's trail.

    Raises Refused where it is not suppressed.
    """
    audience.lift(email, by=by.email, now=now)
    if subscriber_id := readers.id_at(email):
        trail.note(by, f"reader {subscriber_id}", "lifted the suppression", now=now)


def _shown(request: HttpRequest, email: str = "", refused: str = "") -> HttpResponse:
    found, done = None, ""
    if email and not refused:
        try:
            found = readers.stop_at(email)
            done = "" if found else f"Nothing keeps mail from {email}."
        except Refused as refusal:
            refused = str(refusal)
    page = SuppressionsPage(readers.stops(_SHOWN), email, found, done, refused)
    return door.show(request, "desk/suppressions.html", page, status=422 if refused else 200)
