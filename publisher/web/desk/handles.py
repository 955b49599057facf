"""The directory: what people and organisations are called on each network."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from publisher import clock
from publisher.errors import Refused
from publisher.social import handles
from publisher.social.handles import HandleLine
from publisher.web.desk import door, typed

# A directory of a national paper is a tenth of it.
_FILE_OCTETS = 5_000_000


@dataclass(frozen=True, slots=True)
class HandlesPage:
    """Who is named or called like `searched`; `name`, `network` and `handle` stand in the form."""

    searched: str
    lines: list[HandleLine]
    networks: tuple[str, ...]
    may_change: bool
    name: str = ""
    network: str = ""
    handle: str = ""
    refused: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the directory, or say what somebody is called."""
    if request.method != "POST":
        return _shown(request)
    try:
        _require_scheduler(request)
        name, network, handle = (_field(request, field) for field in handles.COLUMNS)
        line = handles.add(name, network, handle, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, str(refusal))
    messages.success(request, f"“{line.name}” is @{line.handle} on {line.network}.")
    return redirect("desk_handles")


@require_POST
@door.schedulers
def remove(request: HttpRequest) -> HttpResponse:
    """Forget what somebody is called on a network."""
    try:
        name, network = (_field(request, field) for field in ("name", "network"))
        handles.remove(name, network, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, str(refusal))
    messages.success(request, f"“{name}” is only a name on {network} now.")
    return redirect("desk_handles")


@require_POST
@door.schedulers
def import_(request: HttpRequest) -> HttpResponse:
    """Add what a CSV file says: all of it or nothing."""
    try:
        lines = _text(request.FILES.get("file")).splitlines(keepends=True)
        count = handles.import_csv(lines, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, str(refusal))
    messages.success(request, f"{count} of the file are in the directory now.")
    return redirect("desk_handles")


def _field(request: HttpRequest, field: str) -> str:
    return typed.storable(request.POST.get(field, ""), field)


def _text(file: "File[bytes] | None") -> str:
    if file is None or file.size is None:
        raise Refused("No file was chosen; choose one with the columns name, network and handle.")
    if file.size > _FILE_OCTETS:
        raise Refused(f"The file is larger than {_FILE_OCTETS:,} octets; split it.")
    try:
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("The file is not text in UTF-8; save it as “CSV UTF-8”.") from error


def _require_scheduler(request: HttpRequest) -> None:
    if not door.visitor(request).may_schedule:
        raise Refused("Authors read the directory, editors change it; ask one of them.")


def _shown(request: HttpRequest, refused: str = "") -> HttpResponse:
    searched = request.GET.get("q", "").strip().replace("\0", "")
    page = HandlesPage(
        searched=searched,
        lines=handles.listed(searched),
        networks=handles.NETWORKS,
        may_change=door.visitor(request).may_schedule,
        name=request.POST.get("name", ""),
        network=request.POST.get("network", ""),
        handle=request.POST.get("handle", ""),
        refused=refused,
    )
    return door.show(request, "desk/handles.html", page, status=422 if refused else 200)
