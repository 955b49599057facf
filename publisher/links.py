"""Every absolute link that leaves the house, and the tokens in them."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from django.conf import settings

from publisher import tokens


def absolute(path: str) -> str:
    """Return `path` on our own site; an address elsewhere stays what it is."""
    return path if urlsplit(path).scheme else f"{settings.PUBLISHER_BASE_URL}{path}"


def article(slug: str) -> str:
    """Return an article's page."""
    return absolute(f"/articles/{slug}/")


def newsletter(slug: str) -> str:
    """Return a newsletter's page."""
    return absolute(f"/newsletters/{slug}/")


def edition(newsletter_slug: str, edition_id: int) -> str:
    """Return an edition's web version."""
    return absolute(f"/newsletters/{newsletter_slug}/{edition_id}/")


def unsubscribe(subscription_id: int) -> str:
    """Return the link that ends one subscription (RFC 8058 section 3.1)."""
    return absolute(f"/unsubscribe/{_token('unsubscribe', subscription_id)}/")


def preferences(subscription_id: int) -> str:
    """Return the page on which a reader, known by one of their subscriptions, sees them all."""
    return absolute(f"/preferences/{_token('preferences', subscription_id)}/")


def confirm(subscription_id: int) -> str:
    """Return the page on which a reader confirms a subscription."""
    return absolute(f"/confirm/{_token('confirm', subscription_id)}/")


# The slots of a mail that hold a link of its reader's, and who makes it.
PERSONAL: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "unsubscribe_url": unsubscribe,
        "preferences_url": preferences,
        "confirm_url": confirm,
    }
)


def personal(subscription_id: int | None, slots: Iterable[str] = PERSONAL) -> dict[str, str]:
    """Return the values of a mail's link slots.

    Of a test mail, which is nobody's, the front page.
    """
    if subscription_id is None:
        return dict.fromkeys(slots, absolute("/"))
    return {slot: PERSONAL[slot](subscription_id) for slot in slots}


def message_id(delivery_id: int, domain: str) -> str:
    """Return a delivery's Message-ID without its brackets: the same on every retry."""
    return f"{_token('message', delivery_id)}@{domain}"


def subscription(purpose: str, token: str) -> int | None:
    """Return the subscription that a link of ours is for, or None where the token is not ours."""
    return tokens.read(settings.SECRET_KEY.encode(), purpose, token)


def _token(purpose: str, row_id: int) -> str:
    return tokens.make(settings.SECRET_KEY.encode(), purpose, row_id)
