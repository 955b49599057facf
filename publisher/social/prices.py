"""What networks charge for posts, in millionths of a dollar; see PUBLISHER_POST_PRICES."""

from decimal import Decimal

from django.conf import settings

from publisher.social import text as rules

_MICROS = Decimal(1_000_000)


def price(network: str, text: str) -> int:
    """Return what a network charges for a post with these words, as they are stored.

    X charges more for what it takes for a link, which a bare domain is as well.
    """
    plain = settings.PUBLISHER_POST_PRICES.get(network, 0)
    with_link = settings.PUBLISHER_POST_PRICES.get(f"{network}+link", plain)
    # Where both cost the same, the words need not be looked through.
    return with_link if with_link != plain and rules.links(text) else plain


def read(network: str) -> int:
    """Return what a network charges for the figures of one post."""
    return settings.PUBLISHER_POST_PRICES.get(f"{network}+read", 0)


def spoken(micros: int) -> str:
    """Return an amount as people write it: $0.20, $0.015, $12.00."""
    dollars, _, fraction = f"{Decimal(micros) / _MICROS:.6f}".partition(".")
    return f"${dollars}.{fraction.rstrip('0'):0<2}"
