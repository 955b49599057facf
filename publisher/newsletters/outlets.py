"""By which relays a newsletter's mail leaves, and in whose name it is signed."""

from dataclasses import dataclass

from django.conf import settings

from publisher import wiring
from publisher.delivery import relays
from publisher.delivery.domains.queries import identity
from publisher.delivery.routing import Way
from publisher.newsletters.queries import Title


@dataclass(frozen=True, slots=True)
class Outlet:
    """How mail leaves, in words.

    `problems` are sentences about relays that take none, and about there being no relay at all.
    """

    relays: tuple[str, ...]
    problems: tuple[str, ...]
    signed: str


def outlet(title: Title) -> Outlet:
    """Return how the mail of a newsletter leaves."""
    ways = relays.ways(title.route)
    problems = [
        f"The relay '{way.name}' is stopped: {way.stopped_reason}"
        for way in ways
        if way.stopped_reason
    ]
    if not ways:
        problems.append(
            f"No relay is on the route '{title.route}', so nothing can leave; "
            "'publisher relays add' adds one."
        )
    return Outlet(
        tuple(_named(way) for way in ways), tuple(problems), _signed(title.sender_address, ways)
    )


def _named(way: Way) -> str:
    if way.name != relays.FROM_SETTINGS:
        return way.name
    if settings.PUBLISHER_SMTP_URL:
        return "the mail server in the settings"
    return "the built-in mailbox, from which nothing goes on to readers"


def _signed(sender_address: str, ways: list[Way]) -> str:
    by = [] if all(wiring.keeps_signatures(way.kind) for way in ways) else ["the mail service"]
    if any(wiring.keeps_signatures(way.kind) for way in ways):
        known_as = identity(sender_address)
        by.insert(0, known_as.name if known_as else _unsigned(sender_address))
    return " or ".join(by)


def _unsigned(sender_address: str) -> str:
    domain = sender_address.rpartition("@")[2]
    return f"nobody, which large providers refuse: 'publisher domains add {domain}'"
