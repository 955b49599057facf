"""Connecting an account in the browser: its owner lets us post, and comes back with a code.

The state is known to this session alone, is good once and for ten minutes (RFC 6749 section 10.12).
What the question's end needs is kept with it, sealed, for it holds secrets of our app.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from publisher import clock, links, secrecy, wiring
from publisher.channels import ChannelError
from publisher.errors import Refused
from publisher.social import actions
from publisher.social import queries as social
from publisher.web.desk import door, typed

_KEY = "connecting"
_HOLDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """Leads on by itself: our pages let no form end elsewhere, not by a redirect either."""

    address: str
    host: str


@require_POST
@door.approvers
def begin(request: HttpRequest) -> HttpResponse:
    """Send the owner of an account to its network."""
    name, network = (request.POST.get(field, "") for field in ("name", "network"))
    state = token_urlsafe(32)
    try:
        server = request.POST.get("server") or social.server(name)
        consent = wiring.asked(network, typed.storable(server, "server"), _back())
    except (Refused, ChannelError) as refusal:
        messages.error(request, f"The account is not connected: {refusal}")
        return redirect("desk_accounts")
    request.session[_KEY] = {
        "state": state,
        "network": network,
        "name": typed.storable(name, "name"),
        "at": clock.now().isoformat(),
        "kept": secrecy.seal(consent.kept).decode(),
    }
    address = consent.authorize_url(state)
    page = LeavingPage(address, urlsplit(address).netloc)
    return door.show(request, "desk/leaving.html", page)


@require_safe
@door.approvers
def callback(request: HttpRequest) -> HttpResponse:
    """Take the code with which the owner came back, and keep the account's credentials."""
    # Whatever comes of it, this state has been used.
    begun = request.session.pop(_KEY, None)
    now = clock.now()
    try:
        code = _code(request, begun, now)
        name, network = begun["name"], begun["network"]
        consent = wiring.resumed(network, secrecy.unseal(begun["kept"].encode()), _back())
        renewed = consent.exchange(code, now=now)
        actions.connect(name, network, renewed, by=door.visitor(request), now=now)
    except (Refused, ChannelError) as refusal:
        messages.error(request, f"The account is not connected: {refusal}")
        return redirect("desk_accounts")
    messages.success(request, f"“{name}” is connected.")
    return redirect("desk_account", name)


def _code(request: HttpRequest, begun: dict[str, str] | None, now: datetime) -> str:
    """Return the code, once it is sure that this session asked for it; raises Refused."""
    given = request.GET.get("state", "")
    if begun is None or not hmac.compare_digest(given.encode(), begun["state"].encode()):
        raise Refused("nobody here has asked for it; press the button again.")
    if now - datetime.fromisoformat(begun["at"]) > _HOLDS:
        raise Refused("it took longer than ten minutes; press the button again.")
    if "code" not in request.GET:
        raise Refused("its owner did not allow it.")
    return request.GET["code"]


def _back() -> str:
    return links.absolute(reverse("desk_account_callback"))
