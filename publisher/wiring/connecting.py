"""The newsroom's own apps on the networks, by which accounts are connected."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from publisher.channels.x import App as App


def verifier() -> str:
    """Return a new secret for connecting one account, to be kept until its owner is back."""
    from publisher.channels.x import verifier as new

    return new()


def x_app(client_id: str, client_secret: str, redirect_uri: str) -> "App":
    """Return what connects accounts on X to the newsroom's app there; see channels/x."""
    from publisher.channels.x import App

    return App(
        client_id,
        client_secret,
        redirect_uri,
        api_url=settings.PUBLISHER_X_API_URL,
        page=settings.PUBLISHER_X_AUTHORIZE_URL,
    )
