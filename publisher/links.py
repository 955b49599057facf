"""Every absolute link that leaves the house, and the tokens in them."""

from collections.abc import Iterable, Mapping
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


# The slots of a mail that hold a link of its reader's, and where it leads.
PERSONAL: Mapping[str, str] = MappingProxyType(
    {
        "unsubscribe_url": "unsubscribe",
        "preferences_url": "preferences",
        "confirm_url": "confirm",
    }
)


class Personal:
    """Makes the links and the ids of one mailing, by the million."""

    def __init__(self, domain: str, slots: Iterable[str] = PERSONAL) -> None:
        self._secret = settings.SECRET_KEY.encode()
        self._domain = domain
        self._links = [
            (slot, PERSONAL[slot], absolute(f"/{PERSONAL[slot]}/"))
            for slot in sorted(PERSONAL.keys() & set(slots))
        ]

    def links(self, subscription_id: int | None) -> dict[str, str]:
        """Return the values of a mail's link slots.

        Of a test mail, which is nobody's, the front page.
        """
        if subscription_id is None:
            return {slot: absolute("/") for slot, _, _ in self._links}
        return {
            slot: f"{start}{tokens.make(self._secret, purpose, subscription_id)}/"
            for slot, purpose, start in self._links
        }

    def message_id(self, delivery_id: int) -> str:
        """Return a delivery's Message-ID without its brackets: the same on every retry."""
        return f"{tokens.make(self._secret, 'message', delivery_id)}@{self._domain}"


def hook(relay_name: str, relay_id: int) -> str:
    """Return where a mail service reports what became of the mail that it took."""
    return absolute(f"/hooks/{relay_name}/{_token('hook', relay_id)}/")


def relay(token: str) -> int | None:
    """Return the relay whose `hook` has this token, or None where the token is not ours."""
    return tokens.read(settings.SECRET_KEY.encode(), "hook", token)


def delivery(message_id: str) -> int | None:
    """Return which delivery a Message-ID, or what stands before its "@", is of; None: not ours."""
    token = message_id.strip("<> \t").partition("@")[0]
    return tokens.read(settings.SECRET_KEY.encode(), "message", token)


def subscription(purpose: str, token: str) -> int | None:
    """Return the subscription that a link of ours is for, or None where the token is not ours."""
    return tokens.read(settings.SECRET_KEY.encode(), purpose, token)


def _token(purpose: str, row_id: int) -> str:
    return tokens.make(settings.SECRET_KEY.encode(), purpose, row_id)
