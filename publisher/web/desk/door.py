"""Who may come in, and how a page of the desk is shown to them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from publisher.staff.models import Member

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Badge:
    """Who is looking at a page, and which buttons are theirs."""

    email: str
    may_schedule: bool
    may_approve: bool


def members(view: View[P]) -> View[P]:
    """Let in everybody who works here."""
    return _guarded(view, lambda member: member.is_active)


def schedulers(view: View[P]) -> View[P]:
    """Let in whoever may schedule; the others are told so (403)."""
    return _guarded(view, lambda member: member.may_schedule)


def approvers(view: View[P]) -> View[P]:
    """Let in whoever may approve; the others are told so (403)."""
    return _guarded(view, lambda member: member.may_approve)


def visitor(request: HttpRequest) -> Member:
    """Return the member who is logged in; only behind one of the guards above."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def show(request: HttpRequest, template: str, page: object, *, status: int = 200) -> HttpResponse:
    """Answer a member with a page; the template gets it as `page`, and their badge as `member`."""
    member = visitor(request)
    badge = Badge(member.email, member.may_schedule, member.may_approve)
    return render(request, template, {"page": page, "member": badge}, status=status)


def _guarded(view: View[P], may: Callable[[Member], bool]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may(visitor(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)
