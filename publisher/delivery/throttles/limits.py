"""The limits of a relay, and those that each provider is known for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from publisher.delivery.throttles import providers, shares


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """What one provider takes by one relay; None: whatever comes."""

    per_second: float | None = None
    # Messages that have left and are not answered yet. A pipelined connection carries mail for
    # everybody, so this, and not connections, is what can be held to a number for one provider.
    in_flight: int | None = None


# No provider publishes how many messages a second it takes: none is set, and what each says when
# it has had enough is heard instead (pace.py). How many at a time: what Postfix opens to one
# destination (default_destination_concurrency_limit), or less where KumoMTA's shaping.toml, which
# collects what providers told senders, has less.
KNOWN: Mapping[str, GroupLimits] = MappingProxyType(
    {
        "gmail": GroupLimits(in_flight=20),
        "microsoft": GroupLimits(in_flight=20),
        "yahoo": GroupLimits(in_flight=20),
        "apple": GroupLimits(in_flight=10),
        "gmx": GroupLimits(in_flight=4),
        # "Trop de connexions": more than three at a time.
        "orange": GroupLimits(in_flight=3),
        "yahoo.co.jp": GroupLimits(per_second=10, in_flight=2),
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most messages that one relay is given by all workers together; None: no limit."""

    per_second: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    groups: Mapping[str, GroupLimits] = field(default_factory=lambda: KNOWN)

    def usual(self, group: str) -> float | None:
        """Return a provider's limit a second when nothing is wrong; None: it has none."""
        limits = self.groups.get(group)
        return limits.per_second if limits else None

    def rates(self) -> dict[str, float]:
        """Return all limits a second, by the name that a share in them has."""
        own = {shares.PER_SECOND: float(self.per_second)} if self.per_second else {}
        usual = {shares.of_group(group): self.usual(group) for group in self.groups}
        return own | {name: rate for name, rate in usual.items() if rate}


class Limited(Protocol):
    """A relay, as `delivery.routing.Way` knows it."""

    @property
    def kind(self) -> str:
        """Return "smtp", or a mail service's name."""

    @property
    def per_second(self) -> int | None:
        """Return the most messages a second."""

    @property
    def per_hour(self) -> int | None:
        """Return the most messages an hour."""

    @property
    def per_day(self) -> int | None:
        """Return the most messages a day."""


def of(relay: Limited, groups: Mapping[str, GroupLimits]) -> Limits:
    """Return the limits of a relay; mail services know each provider's own better than we do."""
    own = groups if relay.kind == "smtp" else {}
    return Limits(relay.per_second, relay.per_hour, relay.per_day, own)


def by_domain(given: Mapping[str, tuple[float | None, int | None]]) -> dict[str, GroupLimits]:
    """Return the known limits with those that somebody set, each for the whole group of a domain.

    `given` is what `env.limits` reads: messages a second, and messages in flight.
    """
    own = {providers.of_domain(name): GroupLimits(*limits) for name, limits in given.items()}
    return {**KNOWN, **own}
