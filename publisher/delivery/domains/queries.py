"""The sending domains, as a person reads them and as the engine signs for them."""

from dataclasses import dataclass
from datetime import date, datetime

from publisher.delivery.domains import keys
from publisher.delivery.message import addresses
from publisher.delivery.models import Domain
from publisher.delivery.signing import Key, Signer
from publisher.errors import Refused


@dataclass(frozen=True, slots=True)
class Line:
    """A sending domain; `waiting` are new keys that sign once the DNS has them.

    `bounces_to` is "" where bounces come to the sender's own address, `warm_up_from` None where
    receivers know the name.
    """

    id: int
    name: str
    signing: tuple[Key, ...]
    waiting: tuple[Key, ...]
    bounces_to: str
    warm_up_from: date | None
    warm_up_first_day: int
    created_at: datetime

    @property
    def bounces_domain(self) -> str:
        """Return the domain that receivers look SPF up for: that of the return path."""
        return self.bounces_to.rpartition("@")[2] or self.name


@dataclass(frozen=True, slots=True)
class Identity:
    """In whose name a mail leaves: who signs it, and where its bounces come to (see `Line`)."""

    name: str
    signer: Signer
    bounces_to: str
    warm_up_from: date | None
    warm_up_first_day: int


def lines() -> list[Line]:
    """Return all sending domains by name."""
    return [_line(domain) for domain in Domain.objects.order_by("name")]


def line(name: str) -> Line:
    """Return a sending domain; raises Refused where there is none of this name."""
    domain = Domain.objects.filter(name=addresses.domain(name.lower(), "domain")).first()
    if domain is None:
        raise Refused(f"{name} is no sending domain; 'publisher domains list' shows them all.")
    return _line(domain)


def identity(from_address: str) -> Identity | None:
    """Return in whose name mail from this address leaves, None where no domain of ours has it.

    The longest one wins: news.example.org is signed for by example.org unless it is a sending
    domain itself. One query, and the keys are at hand: cheap enough to ask for every mailing.
    """
    name = addresses.domain(from_address.rpartition("@")[2].lower(), "sender")
    labels = name.split(".")
    above = [".".join(labels[place:]) for place in range(len(labels))]
    domain = max(
        Domain.objects.filter(name__in=above), key=lambda each: len(each.name), default=None
    )
    if domain is None:
        return None
    signing = _line(domain).signing
    return Identity(
        name=domain.name,
        signer=Signer(domain.name, signing),
        bounces_to=domain.bounces_to,
        warm_up_from=domain.warm_up_from,
        warm_up_first_day=domain.warm_up_first_day,
    )


def _line(domain: Domain) -> Line:
    kept = keys.unsealed(bytes(domain.keys))
    signing = (domain.rsa_selector, domain.ed25519_selector)
    return Line(
        id=domain.pk,
        name=domain.name,
        signing=tuple(kept[selector] for selector in signing),
        waiting=tuple(key for selector, key in kept.items() if selector not in signing),
        bounces_to=domain.bounces_to,
        warm_up_from=domain.warm_up_from,
        warm_up_first_day=domain.warm_up_first_day,
        created_at=domain.created_at,
    )
