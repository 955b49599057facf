"""The form in which an account is added: one for each network, with what that needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from publisher import clock, wiring
from publisher.errors import Refused
from publisher.social import actions, rules
from publisher.web.desk import door, typed


@dataclass(frozen=True, slots=True)
class Credential:
    """One of an account's credentials as its field shows it: a secret's `value` is always ""."""

    name: str
    is_secret: bool
    value: str


@dataclass(frozen=True, slots=True)
class AddingPage:
    """The form for an account on `network`, "" while none is chosen.

    `instead` does as well as `needs`, and `takes` may be given besides.
    """

    network: str
    # What people call the network.
    called: str
    name: str
    networks: Mapping[str, str]
    needs: tuple[Credential, ...]
    instead: tuple[Credential, ...]
    takes: tuple[Credential, ...]
    connects: bool
    has_servers: bool
    refused: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@door.approvers
def new(request: HttpRequest) -> HttpResponse:
    """Show the form of a network, or add an account on it."""
    form = request.POST or request.GET
    network, name = form.get("network", ""), form.get("name", "").strip()
    if network not in wiring.NETWORKS:
        return _adding(request, "", name)
    if request.method != "POST":
        return _adding(request, network, name)
    try:
        actions.add_account(name, network, _secrets(network, form), now=clock.now())
    except Refused as refusal:
        return _adding(request, network, name, str(refusal))
    messages.success(request, f"“{name}” is added; test it before it posts.")
    return redirect("desk_account", name)


def _secrets(network: str, form: QueryDict) -> dict[str, str]:
    kind = wiring.NETWORKS[network]
    names = kind.needs + kind.instead + kind.takes
    typed_in = {name: typed.storable(form.get(name, ""), name) for name in names}
    return {name: secret for name, secret in typed_in.items() if secret}


def _adding(request: HttpRequest, network: str, name: str, refused: str = "") -> HttpResponse:
    kind = wiring.NETWORKS.get(network)
    page = AddingPage(
        network=network,
        called=rules.NAMES.get(network, ""),
        name=name,
        networks=rules.NAMES,
        needs=_credentials(kind, kind.needs, request.POST) if kind else (),
        instead=_credentials(kind, kind.instead, request.POST) if kind else (),
        takes=_credentials(kind, kind.takes, request.POST) if kind else (),
        connects=wiring.connects(network),
        has_servers=bool(kind and kind.addresses),
        refused=refused,
    )
    return door.show(request, "desk/adding.html", page, status=422 if refused else 200)


def _credentials(
    kind: wiring.Kind, names: tuple[str, ...], form: QueryDict
) -> tuple[Credential, ...]:
    return tuple(
        Credential(
            name,
            is_secret=name not in kind.plain,
            value=form.get(name, "") if name in kind.plain else "",
        )
        for name in names
    )
