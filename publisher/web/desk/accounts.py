"""The accounts that posts go out on: what each is doing, and when and how it speaks."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from publisher import clock, wiring
from publisher.errors import Refused
from publisher.social import habits, hours, posting, spoken
from publisher.social import queries as social
from publisher.social.habits import Habits
from publisher.staff import trail
from publisher.web.desk import door, typed


@dataclass(frozen=True, slots=True)
class Entry:
    """An account with what it costs, and what somebody has to see to; "" for nothing."""

    account: social.AccountLine
    cost: social.Cost
    trouble: str


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """All accounts by name."""

    now: datetime
    entries: list[Entry]
    may_change: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account; `written` and `ticked` are what the form of its habits shows.

    `visibilities` are those that its network knows besides the usual one.
    """

    now: datetime
    entry: Entry
    habits: social.HabitsLine
    written: dict[str, str]
    ticked: dict[str, bool]
    visibilities: tuple[str, ...]
    best_slots: str
    may_change: bool
    connects: bool
    trail: list[trail.Line]
    refused: str = ""


@require_safe
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show all accounts."""
    now = clock.now()
    entries = [_entry(each, now) for each in social.accounts()]
    page = AccountsPage(now, entries, door.visitor(request).may_approve)
    return door.show(request, "desk/accounts.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def account(request: HttpRequest, name: str) -> HttpResponse:
    """Show an account, or change its habits."""
    _account(name)
    if request.method != "POST":
        return _shown(request, name)
    by = door.visitor(request)
    try:
        if not by.may_approve:
            raise Refused("Only a chief or an admin changes accounts; ask one of them.")
        habits.change(name, _habits(name, request.POST), by=by, now=clock.now())
    except Refused as refusal:
        return _shown(request, name, str(refusal))
    messages.success(request, f"“{name}” is changed.")
    return redirect("desk_account", name)


@require_POST
@door.approvers
def test(request: HttpRequest, name: str) -> HttpResponse:
    """Ask the network whether an account's credentials hold; a stopped one goes on after that."""
    _account(name)
    try:
        called = posting.check(name, now=clock.now())
    except Refused as refusal:
        return _shown(request, name, str(refusal))
    messages.success(request, f"“{name}” works: it is {called}.")
    return redirect("desk_account", name)


def _entry(line: social.AccountLine, now: datetime) -> Entry:
    return Entry(line, social.cost(line.name, now=now), social.trouble(line, now=now))


def _habits(name: str, form: QueryDict) -> Habits:
    written = {
        # A field that was emptied asks for no value.
        each: typed.storable(form.get(each, ""), each) or spoken.NONE
        for each in habits.WRITTEN
        if each in form
    }
    # The zone that is shown may be the newsroom's, which the account goes on to follow.
    if written.get("time_zone") == social.habits(name, now=clock.now()).time_zone:
        del written["time_zone"]
    ticked = {tick: tick in form for tick in habits.TICKED}
    return replace(habits.read(written, ticked), announces="announces" in form)


def _shown(request: HttpRequest, name: str, refused: str = "") -> HttpResponse:
    now = clock.now()
    line, found = social.habits(name, now=now), _account(name)
    best = hours.proposed(name, now=now)
    page = AccountPage(
        now=now,
        entry=_entry(found, now),
        habits=line,
        written=_written(line, request.POST),
        ticked=_ticked(line, found, request.POST),
        visibilities=wiring.NETWORKS[found.network].visibilities,
        best_slots=spoken.spelled_slots(hours.slots(best)) if best else "",
        may_change=door.visitor(request).may_approve,
        connects=wiring.connects(found.network),
        trail=trail.of(f"account {name}"),
        refused=refused,
    )
    return door.show(request, "desk/account.html", page, status=422 if refused else 200)


def _written(line: social.HabitsLine, form: QueryDict) -> dict[str, str]:
    """Return the fields as they were typed, else as they are."""
    budget = line.cost.budget
    known = {
        "timeline": line.timeline,
        "slots": line.slots,
        "quiet": line.quiet,
        "gap": line.gap,
        "most_per_day": str(line.most_per_day or spoken.NONE),
        "most_late": line.most_late,
        "evergreen_gap": line.evergreen_gap,
        "budget": spoken.NONE if budget is None else f"{budget / 1_000_000:g}",
        "time_zone": line.time_zone,
        "hashtags": str(line.hashtags),
        "evergreen": str(line.evergreen),
        "figures": str(line.figures),
        "sections": "\n".join(line.sections),
        "tags": "\n".join(line.tags),
        "authors": "\n".join(line.authors),
        "visibility": line.visibility,
        "utm_source": line.utm_source,
        "utm_medium": line.utm_medium,
        "utm_campaign": line.utm_campaign,
    }
    return {name: form.get(name, value) for name, value in known.items()}


def _ticked(
    line: social.HabitsLine, account: social.AccountLine, form: QueryDict
) -> dict[str, bool]:
    """Return the boxes as they were ticked, else as they are."""
    # A box that is not ticked is not sent, and the form of the test button has none at all.
    if "timeline" in form:
        return {name: name in form for name in (*habits.TICKED, "announces")}
    return {
        "announces": line.announces_since is not None,
        "pictures": line.has_pictures,
        "short_links": line.has_short_links,
        "number_threads": line.numbers_threads,
        "links_first": line.links_first,
        "needs_approval": account.needs_approval,
    }


def _account(name: str) -> social.AccountLine:
    try:
        return social.account(name)
    except Refused as refusal:
        raise Http404(name) from refusal
