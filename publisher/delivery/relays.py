"""The relays: their rows, who of them is asked next, and what becomes of one that fails.

route = relays.route(mailing.route)
while way := route.next(now=now):
    try: await wiring.carrier(way, lane).send(…)
    except ChannelError as error: another may try if relays.failed(route, way, error, now=now)
    else: route.works(way)
route.problem                                   why nobody is left
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from publisher import links, secrecy, wiring
from publisher.channels import ChannelError, Permanent, Temporary, smtp
from publisher.delivery.models import Relay
from publisher.delivery.routing import Route, Way
from publisher.errors import Refused

log = logging.getLogger(__name__)

DEFAULT = "default"
# The way without a row. No relay can be called that: names have no parentheses.
FROM_SETTINGS = "(settings)"
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,50}")
# A share of a thousandth is as little as a batch can be told from none.
_MOST_WEIGHT = 1000
_LIMITS = ("per_second", "per_hour", "per_day")
_MOST = 2**31 - 1
# A secret may stand in a header, in a URL or in a file of Amazon's.
_SECRET = re.compile(r"[!-~]{1,1000}")

# What each process remembers of its routes.
_routes: dict[str, Route] = {}


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be changed about a relay without knowing its secrets; None: no limit."""

    route: str = DEFAULT
    weight: int = 1
    per_second: int | None = None
    per_hour: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A relay as a person may see it: where it is, and nothing that opens it.

    `hook_url` is where a mail service reports to, "" for a mail server.
    """

    id: int
    name: str
    kind: str
    where: str
    terms: Terms
    stopped_reason: str
    hook_url: str


@dataclass(frozen=True, slots=True)
class Reporter:
    """A mail service that reports to us, with what its relay was told about it."""

    service: str
    must_sign: bool
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def signing_key(self) -> str:
        """Return what it signs its reports with, "" where that was not told."""
        return self.secrets.get("signing_key", "")


# ---- What changes them.


def add(name: str, kind: str, secrets: Mapping[str, str], terms: Terms, *, now: datetime) -> int:
    """Keep a relay with its credentials sealed; return its id.

    Raises Refused for a name that is taken or cannot be one, a service that nobody knows, and
    credentials or terms that cannot be right; no secret is in any of its sentences.
    """
    if not _NAME.fullmatch(name):
        raise Refused(
            f"{name[:80]!r} cannot be a relay's name; use up to 50 letters, digits, '-' and '_'."
        )
    relay = Relay(
        name=name,
        kind=kind,
        credentials=secrecy.seal(_checked_secrets(name, kind, secrets)),
        created_at=now,
        **_checked_terms(terms),
    )
    try:
        with transaction.atomic():
            relay.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"There is a relay '{name}' already; choose another name.") from error
    return relay.pk


def change(name: str, terms: Terms) -> None:
    """Give a relay another share or other limits; raises Refused."""
    _update(name, **_checked_terms(terms))


def stop(name: str, reason: str) -> None:
    """Send nothing more by a relay until it is started; raises Refused for an unknown one."""
    _update(name, stopped_reason=reason)


def start(name: str) -> None:
    """Use a stopped relay again; raises Refused for an unknown one."""
    _update(name, stopped_reason="")


def remove(name: str) -> None:
    """Forget a relay and its credentials; raises Refused for an unknown one."""
    if not Relay.objects.filter(name=name).delete()[0]:
        raise Refused(f"There is no relay '{name}'.")


def remember(way: Way, error: ChannelError) -> None:
    """Stop the row of a relay that would take nobody's mail until somebody has looked."""
    if not _stops(way, error):
        return
    log.warning("relay %s is stopped: %s", way.name, error.reason)
    # Unless it was stopped meanwhile, for a reason as good, or has other credentials by now.
    same = Relay.objects.filter(name=way.name, credentials=way.sealed, stopped_reason="")
    same.update(stopped_reason=error.reason)


# ---- What is known of them.


def remembered(name: str) -> Route:
    """Return a route as this process remembers it; its rows have to be told to it."""
    return _routes.setdefault(name, Route(name))


def may_another(route: Route, way: Way, error: ChannelError, *, now: datetime) -> bool:
    """Leave a relay that could not send alone; return whether another may try the same mail.

    False: it is the mail, which no relay would take.
    """
    if isinstance(error, Permanent) and not error.stops_account:
        return False
    if _stops(way, error):
        route.stopped(way, error.reason)
    else:
        until = error.retry_at if isinstance(error, Temporary) else None
        route.rests(way, error.reason, now=now, until=until)
    return True


def ways(route_name: str) -> list[Way]:
    """Return the relays of a route in the order of their names, stopped ones among them.

    The route "default" has the relay of the settings, as long as it has no row.
    """
    rows = [_way(row) for row in Relay.objects.filter(route=route_name).order_by("name")]
    return rows or ([from_settings()] if route_name == DEFAULT else [])


def used() -> list[Way]:
    """Return all relays that mail may leave by, stopped ones among them."""
    rows = Relay.objects.order_by("name")
    has_default = any(row.route == DEFAULT for row in rows)
    return [*([] if has_default else [from_settings()]), *map(_way, rows)]


def named(name: str) -> Way:
    """Return a relay; raises Refused where there is none of this name."""
    return _way(_row(name))


def lines() -> list[Line]:
    """Return all relays that have a row, in the order of their names."""
    return [_line(row) for row in Relay.objects.order_by("name")]


def line(name: str) -> Line:
    """Return one of them; raises Refused where there is none of this name."""
    return _line(_row(name))


def reporter(name: str, token: str) -> Reporter | None:
    """Return whose reports come to the address with this token; None where it is nobody's."""
    row = Relay.objects.filter(name=name).exclude(kind="smtp").first()
    if row is None or links.relay(token) != row.pk:
        return None
    secrets = secrecy.unseal(bytes(row.credentials))
    return Reporter(row.kind, wiring.SERVICES[row.kind].signs, secrets)


def check_route(name: str) -> str:
    """Return the name of a route that has a relay; raises Refused."""
    if name != DEFAULT and not Relay.objects.filter(route=name).exists():
        raise Refused(
            f"No relay is on the route {name[:80]!r}; add one with 'publisher relays add'."
        )
    return name


def from_settings() -> Way:
    """Return PUBLISHER_SMTP_URL as a relay, or the built-in mailbox where it is unset."""
    return Way(FROM_SETTINGS, url=settings.PUBLISHER_SMTP_URL or wiring.sandbox_smtp_url())


def _stops(way: Way, error: ChannelError) -> bool:
    # The one of the settings has no row that could be stopped, or started again.
    return isinstance(error, Permanent) and error.stops_account and not way.url


def _checked_terms(terms: Terms) -> dict[str, object]:
    if not _NAME.fullmatch(terms.route):
        raise Refused(
            f"{terms.route[:80]!r} cannot be a route; use up to 50 letters, digits, '-' and '_'."
        )
    if not 0 <= terms.weight <= _MOST_WEIGHT:
        raise Refused(f"The weight of a relay must be a number from 0 to {_MOST_WEIGHT}.")
    limits = {name: getattr(terms, name) for name in _LIMITS}
    for name, limit in limits.items():
        if limit is not None and not 1 <= limit <= _MOST:
            raise Refused(
                f"{limit} {name.replace('_', ' ')} is no limit for a relay: give a number from 1"
                f" to {_MOST} or none, or stop the relay to send nothing by it."
            )
    return {"route": terms.route, "weight": terms.weight, **limits}


def _checked_secrets(name: str, kind: str, secrets: Mapping[str, str]) -> dict[str, str]:
    given = {word: secret.strip() for word, secret in secrets.items() if secret.strip()}
    if kind == "smtp":
        smtp.parse(given.get("url", ""))
        return {"url": given["url"]}
    service = wiring.SERVICES.get(kind)
    if service is None:
        known = ", ".join(wiring.SERVICES)
        raise Refused(f"There is no mail service {kind[:80]!r}; choose one of {known}.")
    if unknown := [word for word in given if word not in service.words]:
        raise Refused(f"{service.title} has no {_spoken(unknown)}; leave it out.")
    if missing := [word for word in service.needs if word not in given]:
        raise Refused(f"The relay '{name}' lacks its {_spoken(missing)}; copy it from there.")
    # They travel in headers, where anything else could start a header of its own.
    if broken := [word for word, secret in given.items() if not _SECRET.fullmatch(secret)]:
        raise Refused(f"The {_spoken(broken)} of '{name}' is not plain text; copy it again.")
    if service.regions and given.get("region", "") not in service.regions:
        known = " or ".join(region for region in service.regions if region)
        raise Refused(f"{service.title} has no such region; choose {known}, or leave it out.")
    return given


def _spoken(words: list[str]) -> str:
    return " and ".join(word.replace("_", " ") for word in words)


def _update(name: str, **fields: object) -> None:
    if not Relay.objects.filter(name=name).update(**fields):
        raise Refused(f"There is no relay '{name}'.")


def _row(name: str) -> Relay:
    row = Relay.objects.filter(name=name).first()
    if row is None:
        raise Refused(f"There is no relay '{name}'.")
    return row


def _way(row: Relay) -> Way:
    return Way(
        name=row.name,
        kind=row.kind,
        weight=row.weight,
        sealed=bytes(row.credentials),
        per_second=row.per_second,
        per_hour=row.per_hour,
        per_day=row.per_day,
        stopped_reason=row.stopped_reason,
    )


def _line(row: Relay) -> Line:
    is_service = row.kind != "smtp"
    return Line(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        where=wiring.SERVICES[row.kind].title if is_service else _authority(row),
        terms=Terms(row.route, row.weight, row.per_second, row.per_hour, row.per_day),
        stopped_reason=row.stopped_reason,
        hook_url=links.hook(row.name, row.pk) if is_service else "",
    )


def _authority(row: Relay) -> str:
    try:
        return smtp.parse(secrecy.unseal(bytes(row.credentials))["url"]).authority
    except Refused:
        return "unreadable"
