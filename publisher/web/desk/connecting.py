"""Connecting an account in the browser: its owner lets us post, and comes back with a code.

The state is known to this session alone, is good once and for ten minutes (RFC 6749 section 10.12).
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from publisher import clock, links, wiring
from publisher.channels import ChannelError
from publisher.errors import Refused
from publisher.social import actions
from publisher.web.desk import accounts, door, typed

_KEY = "connecting"
_HOLDS = timedelta(minutes=10)
_NETWORK = "x"


@require_POST
@door.approvers
def begin(request: HttpRequest) -> HttpResponse:
    """Send the owner of an account to its network."""
    name = request.POST.get("name", "").strip()
    if not accounts.connects(_NETWORK):
        messages.error(request, "No app at X is set; set PUBLISHER_X_CLIENT_ID.")
        return redirect("desk_accounts")
    state, verifier = secrets.token_urlsafe(32), wiring.verifier()
    request.session[_KEY] = {
        "state": state,
        "verifier": verifier,
        "name": typed.storable(name, "name"),
        "at": clock.now().isoformat(),
    }
    return redirect(_app().authorize_url(state, verifier))


@require_safe
@door.approvers
def callback(request: HttpRequest) -> HttpResponse:
    """Take the code with which the owner came back, and keep the account's credentials."""
    # Whatever comes of it, this state has been used.
    begun = request.session.pop(_KEY, None)
    now = clock.now()
    try:
        code = _code(request, begun, now)
        renewed = _app().exchange(code, begun["verifier"], now=now)
        actions.connect(begun["name"], _NETWORK, renewed, by=door.visitor(request), now=now)
    except (Refused, ChannelError) as refusal:
        messages.error(request, f"The account is not connected: {refusal}")
        return redirect("desk_accounts")
    messages.success(request, f"“{begun['name']}” is connected.")
    return redirect("desk_account", begun["name"])


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


def _app() -> "wiring.App":
    return wiring.x_app(
        settings.PUBLISHER_X_CLIENT_ID,
        settings.PUBLISHER_X_CLIENT_SECRET,
        links.absolute(reverse("desk_account_callback")),
    )
