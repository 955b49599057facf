"""Asking the owner of an account whether we may post there: OAuth, begun and brought to its end.

Between the two the browser is at the network, and what the end needs is kept: `Consent.kept`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

from publisher import links
from publisher.channels.posts import Renewed
from publisher.errors import Refused
from publisher.wiring.servers import address, guarded

if TYPE_CHECKING:
    from publisher.channels import mastodon, x


class Consent(Protocol):
    """A question to the owner of an account."""

    @property
    def kept(self) -> dict[str, str]:
        """Return what `resumed` needs, among it secrets."""

    def authorize_url(self, state: str) -> str:
        """Return where the owner is sent, who comes back with this `state` and a code."""

    def exchange(self, code: str, *, now: datetime) -> Renewed:
        """Return the account's credentials for a code; raises what a channel raises."""


def connects(network: str) -> bool:
    """Return whether an account on a network can be connected by a button."""
    return network == "mastodon" or (network == "x" and bool(settings.PUBLISHER_X_CLIENT_ID))


def asked(network: str, server: str, redirect_uri: str) -> Consent:
    """Return a new question; `server` is the account's instance, "" where a network is only one.

    Raises Refused where there is no such button or server, and what a channel raises where that
    does not want to know us.
    """
    if not connects(network):
        button = "; for the button, set PUBLISHER_X_CLIENT_ID" if network == "x" else ""
        raise Refused(f"An account on {network[:20]} is added by its credentials{button}.")
    if network == "x":
        from publisher.channels.x import verifier

        return _OnX(_x_app(redirect_uri), verifier())
    from publisher.channels.mastodon import register

    instance = address(server)
    app = register(instance, redirect_uri, website=links.absolute("/"), transport=guarded(instance))
    return _OnMastodon(app)


def resumed(network: str, kept: Mapping[str, str], redirect_uri: str) -> Consent:
    """Return the question that was asked before, of what was kept of it."""
    if network == "x":
        return _OnX(_x_app(redirect_uri), **kept)
    from publisher.channels.mastodon import App

    return _OnMastodon(App(redirect_uri=redirect_uri, **kept))


@dataclass(frozen=True, slots=True)
class _OnX:
    app: "x.App"
    verifier: str

    @property
    def kept(self) -> dict[str, str]:
        return {"verifier": self.verifier}

    def authorize_url(self, state: str) -> str:
        return self.app.authorize_url(state, self.verifier)

    def exchange(self, code: str, *, now: datetime) -> Renewed:
        return self.app.exchange(code, self.verifier, now=now)


@dataclass(frozen=True, slots=True)
class _OnMastodon:
    app: "mastodon.App"

    @property
    def kept(self) -> dict[str, str]:
        app = self.app
        return {
            "instance": app.instance,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
        }

    def authorize_url(self, state: str) -> str:
        return self.app.authorize_url(state)

    def exchange(self, code: str, *, now: datetime) -> Renewed:
        return self.app.exchange(code, now=now, transport=guarded(self.app.instance))


def _x_app(redirect_uri: str) -> "x.App":
    from publisher.channels.x import App

    return App(
        settings.PUBLISHER_X_CLIENT_ID,
        settings.PUBLISHER_X_CLIENT_SECRET,
        redirect_uri,
        api_url=settings.PUBLISHER_X_API_URL,
        page=settings.PUBLISHER_X_AUTHORIZE_URL,
    )
