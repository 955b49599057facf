"""The directory: what people and organisations are called on each network."""

from dataclasses import asdict, dataclass

from django.contrib import messages
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from publisher import clock
from publisher.errors import Refused
from publisher.social import handles
from publisher.social.handles import HandleLine
from publisher.web.desk import door, typed

# A directory of a national paper is a tenth of it.
_FILE_OCTETS = 5_000_000
_SHOWN = 200
_NOBODY = HandleLine("", "", "")


@dataclass(frozen=True, slots=True)
class HandlesPage:
    """The first who are named or called like `searched`, and the form for one of them."""

    searched: str
    lines: list[HandleLine]
    has_more: bool
    may_change: bool
    typed: HandleLine
    # What the form was filled with, None for a new entry.
    seen: HandleLine | None = None
    refused: str = ""
    networks: tuple[str, ...] = handles.NETWORKS


@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the directory, with one entry in the form where it is named, or keep an entry."""
    if request.method != "POST":
        line = _entry(request)
        return _shown(request, line or _NOBODY, line)
    filled, seen = _filled(request.POST), _filled(request.POST, "seen-")
    before = None if seen == _NOBODY else seen
    try:
        _require_scheduler(request)
        line = handles.keep(
            _storable(filled),
            seen=before and _storable(before),
            by=door.visitor(request),
            now=clock.now(),
        )
    except Refused as refusal:
        return _shown(request, filled, before, str(refusal))
    messages.success(request, f"“{line.name}” is @{line.handle} on {line.network}.")
    return redirect("desk_handles")


@require_POST
@door.schedulers
def remove(request: HttpRequest) -> HttpResponse:
    """Forget what somebody is called on a network."""
    try:
        line = _storable(_filled(request.POST))
        handles.remove(line.name, line.network, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, refused=str(refusal))
    messages.success(request, f"“{line.name}” is only a name on {line.network} now.")
    return redirect("desk_handles")


@require_POST
@door.schedulers
def import_(request: HttpRequest) -> HttpResponse:
    """Add what a CSV file says: all of it or nothing."""
    try:
        lines = _text(request.FILES.get("file")).splitlines(keepends=True)
        count = handles.import_csv(lines, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, refused=str(refusal))
    messages.success(request, f"{count} of the file are in the directory now.")
    return redirect("desk_handles")


def _text(file: "File[bytes] | None") -> str:
    if file is None or file.size is None:
        raise Refused("No file was chosen; choose one with the columns name, network and handle.")
    if file.size > _FILE_OCTETS:
        raise Refused(f"The file is larger than {_FILE_OCTETS:,} octets; split it.")
    try:
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("The file is not text in UTF-8; save it as “CSV UTF-8”.") from error


def _entry(request: HttpRequest) -> HandleLine | None:
    """Return the entry that an address names, None where it names none."""
    named = _filled(request.GET)
    if not named.name:
        return None
    try:
        clean = _storable(named)
        return handles.entry(clean.name, clean.network)
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal


def _filled(form: QueryDict, prefix: str = "") -> HandleLine:
    return HandleLine(*(form.get(f"{prefix}{column}", "") for column in handles.COLUMNS))


def _storable(line: HandleLine) -> HandleLine:
    return HandleLine(*(typed.storable(value, column) for column, value in asdict(line).items()))


def _require_scheduler(request: HttpRequest) -> None:
    if not door.visitor(request).may_schedule:
        raise Refused("Authors read the directory, editors change it; ask one of them.")


def _shown(
    request: HttpRequest,
    filled: HandleLine = _NOBODY,
    seen: HandleLine | None = None,
    refused: str = "",
) -> HttpResponse:
    searched = request.GET.get("q", "").strip().replace("\0", "")
    lines = handles.listed(searched, limit=_SHOWN + 1)
    page = HandlesPage(
        searched=searched,
        lines=lines[:_SHOWN],
        has_more=len(lines) > _SHOWN,
        may_change=door.visitor(request).may_schedule,
        typed=filled,
        seen=seen,
        refused=refused,
    )
    return door.show(request, "desk/handles.html", page, status=422 if refused else 200)
