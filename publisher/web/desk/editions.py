"""Editions: the list, the page of one, and every button on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from publisher import clock
from publisher.delivery import figures
from publisher.errors import Refused
from publisher.newsletters import delays, editions, previews, weighing
from publisher.newsletters import queries as newsletters
from publisher.staff import trail
from publisher.staff.models import Member
from publisher.web import headers, pages
from publisher.web.desk import buttons, door, sentences, typed

_SHOWN = 100
# Over how many minutes an edition may be spread; a relay that is warmed up needs none of it.
_SPREADS = (0, 30, 60, 120, 240, 480)
# The ways to look at an edition, as tabs.
_LOOKS = ("phone", "desktop", "text", "source")


@dataclass(frozen=True, slots=True)
class EditionsPage:
    """The newest editions."""

    now: datetime
    editions: list[newsletters.Issue]


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """How far one edition is; see `EditionPage`."""

    issue: newsletters.Issue
    delays: tuple[delays.Delay, ...]
    sentence: str
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class EditionPage:
    """One edition; `due_at`, `email`, `breaking` and `spread` are what its fields show."""

    issue: newsletters.Issue
    delays: tuple[delays.Delay, ...]
    returned: figures.Returned
    missed: list[figures.Missed]
    may: buttons.OfEdition
    sentence: str
    # What the button says that lets a paused one go on.
    resuming: str
    trail: list[trail.Line]
    due_at: str
    email: str
    breaking: bool
    # In minutes, and those on offer.
    spread: int
    spreads: list[int]
    look: str
    looks: tuple[str, ...] = _LOOKS
    refused: str = ""
    # Whether it was refused because Gmail would cut it off.
    clipped: bool = False


@require_safe
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the newest editions."""
    page = EditionsPage(clock.now(), newsletters.editions(limit=_SHOWN))
    return door.show(request, "desk/editions.html", page)


@require_safe
@door.members
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Show an edition."""
    return _shown(request, edition_id)


@require_safe
@door.members
def progress(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Show only how far an edition is, for the page that has the rest already."""
    issue = _issue(edition_id)
    found = delays.of_edition(issue, now=clock.now())
    page = ProgressPage(issue, found, sentences.of_edition(issue))
    return door.show(request, "desk/_progress.html", page)


@require_POST
@door.schedulers
def schedule(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Send an edition at the moment that was chosen."""

    def act(by: Member, now: datetime) -> None:
        due_at = typed.due_at(request.POST, _issue(edition_id).time_zone, now=now)
        editions.schedule(edition_id, due_at, by=by, now=now, manner=typed.manner(request.POST))

    return _done(request, edition_id, act)


@require_POST
@door.approvers
def approve(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Approve an edition, and with a time ahead schedule it."""

    def act(by: Member, now: datetime) -> None:
        manner = editions.Manner(clipping_accepted=typed.clipping_accepted(request.POST))
        editions.approve(edition_id, by=by, now=now, manner=manner)

    return _done(request, edition_id, act)


@require_POST
@door.members
def test(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Mail an edition to one address, just as a reader would get it."""
    email = request.POST.get("email", "").strip()

    def act(by: Member, now: datetime) -> None:
        editions.test(edition_id, email, by=by, now=now)

    return _done(request, edition_id, act, f"A test mail is on its way to {email}.")


@require_safe
@door.members
def preview(request: HttpRequest, edition_id: int, look: str) -> HttpResponse:
    """Show an edition as a mail program would, as its plain text, or as the octets that go out."""
    del request
    try:
        match look:
            case "text":
                return _plain(previews.text(edition_id))
            case "source":
                return _plain(previews.eml(edition_id).decode(errors="replace"))
            case _:
                return headers.preview(previews.html(edition_id))
    except Refused as refusal:
        return _plain(str(refusal))


def _button(act: Callable[..., None]) -> door.View[[int]]:
    """Return the view of a button that needs nothing but a press."""

    @require_POST
    def press(request: HttpRequest, edition_id: int) -> HttpResponse:
        return _done(request, edition_id, lambda by, now: act(edition_id, by=by, now=now))

    return press


submit = door.members(_button(editions.submit))
pause = door.schedulers(_button(editions.pause))
resume = door.schedulers(_button(editions.resume))
cancel = door.schedulers(_button(editions.cancel))


def _done(
    request: HttpRequest, edition_id: int, act: Callable[[Member, datetime], None], said: str = ""
) -> HttpResponse:
    """Act, and show the edition with what happens next, or with why nothing was done."""
    _issue(edition_id)
    try:
        act(door.visitor(request), clock.now())
    except Refused as refusal:
        return _shown(request, edition_id, refusal)
    issue = _issue(edition_id)
    messages.success(request, said or sentences.of_edition(issue))
    return redirect("desk_edition", edition_id)


def _shown(request: HttpRequest, edition_id: int, refusal: Refused | None = None) -> HttpResponse:
    now = clock.now()
    issue = _issue(edition_id)
    member = door.visitor(request)
    look = request.GET.get("look", "")
    spread = _typed_spread(request, issue)
    page = EditionPage(
        issue=issue,
        delays=delays.of_edition(issue, now=now),
        returned=figures.of_mailing(issue.mailing_id),
        missed=figures.missed(issue.mailing_id),
        may=buttons.of_edition(issue, member),
        sentence=sentences.of_edition(issue),
        resuming=sentences.of_resuming(issue, now=now),
        trail=trail.of(f"edition {edition_id}"),
        due_at=request.POST.get("due_at") or pages.local(issue.due_at, issue.time_zone),
        email=request.POST.get("email") or member.email,
        breaking="breaking" in request.POST if request.POST else issue.breaking,
        spread=spread,
        spreads=sorted({*_SPREADS, spread}),
        look=look if look in _LOOKS else _LOOKS[0],
        refused=str(refusal or ""),
        clipped=isinstance(refusal, weighing.Clipped),
    )
    return door.show(request, "desk/edition.html", page, status=422 if refusal else 200)


def _typed_spread(request: HttpRequest, issue: newsletters.Issue) -> int:
    """Return the minutes over which an edition is spread, as they were chosen last."""
    raw = request.POST.get("spread", "")
    if raw.isdecimal():
        return int(raw[:9])
    return (issue.spread or timedelta(0)) // timedelta(minutes=1)


def _issue(edition_id: int) -> newsletters.Issue:
    try:
        return newsletters.edition(edition_id)
    except Refused as refusal:
        raise Http404(edition_id) from refusal


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
