"""A relay and a sending domain, not stored."""

from datetime import date

from publisher.delivery.models import Domain, Relay


def relay(kind: str = "smtp", **limits: int) -> Relay:
    """Return a relay called harbour."""
    return Relay(name="harbour", kind=kind, **limits)


def domain(warm_up_from: date | None, first_day: int = 500) -> Domain:
    """Return the domain courier.example."""
    return Domain(name="courier.example", warm_up_from=warm_up_from, warm_up_first_day=first_day)
