"""Everything that changes the sending domains."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from publisher import secrecy
from publisher.audience import addresses
from publisher.delivery import verp
from publisher.delivery.domains import keys, queries
from publisher.delivery.models import Domain, Mailing
from publisher.errors import Refused


@dataclass(frozen=True, slots=True)
class WarmUp:
    """How a name that no receiver knows is made: on which day it begins, with how many messages."""

    begins_on: date
    first_day: int


def add(name: str, *, now: datetime, bounces_to: str = "", warm_up: WarmUp | None = None) -> str:
    """Keep a domain with new keys of its own and return its name, in A-labels.

    Without `bounces_to` bounces come to the sender's own address. Raises Refused where one of them
    is none, or the domain is there already.
    """
    a_labels = _domain(name)
    made = keys.made((), now=now)
    rsa, ed25519 = made
    domain, is_new = Domain.objects.get_or_create(
        name=a_labels,
        defaults={
            "rsa_selector": rsa,
            "ed25519_selector": ed25519,
            "keys": secrecy.seal(made),
            "bounces_to": _bounces_to(bounces_to) if bounces_to else "",
            "warm_up_from": warm_up.begins_on if warm_up else None,
            "created_at": now,
            **({"warm_up_first_day": warm_up.first_day} if warm_up else {}),
        },
    )
    if not is_new:
        raise Refused(
            f"{a_labels} is a sending domain already; 'publisher domains show {a_labels}' prints"
            " its records."
        )
    return domain.name


@transaction.atomic
def rotate(name: str, *, now: datetime) -> None:
    """Give a domain new keys that wait for the DNS; the old ones sign until `switch`.

    Raises Refused where some wait already.
    """
    domain = _locked(name)
    kept = secrecy.unseal(bytes(domain.keys))
    if len(kept) > len(_signing(domain)):
        raise Refused(f"{domain.name} has new keys that wait for the DNS already.")
    made = keys.made(kept, now=now)
    Domain.objects.filter(pk=domain.pk).update(keys=secrecy.seal(kept | made))


@transaction.atomic
def switch(name: str) -> None:
    """Sign with the keys that wait, and forget the old ones; raises Refused where none wait."""
    domain = _locked(name)
    kept = secrecy.unseal(bytes(domain.keys))
    waiting = {each: stored for each, stored in kept.items() if each not in _signing(domain)}
    if not waiting:
        raise Refused(f"{domain.name} has no new keys; 'publisher domains rotate' makes some.")
    rsa, ed25519 = waiting
    Domain.objects.filter(pk=domain.pk).update(
        keys=secrecy.seal(waiting), rsa_selector=rsa, ed25519_selector=ed25519
    )


@transaction.atomic
def remove(name: str) -> None:
    """Forget a domain and its keys; raises Refused while mail in its name has not left."""
    domain = _locked(name)
    senders = Mailing.objects.exclude(state=Mailing.State.CLOSED).values_list("sender", flat=True)
    for sender in senders.distinct():
        known_as = queries.identity(sender)
        if known_as and known_as.name == domain.name:
            raise Refused(
                f"Mail from {sender} has not left yet and is signed by {domain.name}; remove the"
                " domain when that is sent or cancelled."
            )
    domain.delete()


def _locked(name: str) -> Domain:
    domain = Domain.objects.select_for_update().filter(name=name).first()
    if domain is None:
        raise Refused(f"{name} is no sending domain; 'publisher domains add {name}' makes it one.")
    return domain


def _signing(domain: Domain) -> tuple[str, str]:
    return domain.rsa_selector, domain.ed25519_selector


def _domain(name: str) -> str:
    try:
        return addresses.normalise(f"postmaster@{name}").rpartition("@")[2]
    except Refused as refusal:
        raise Refused(
            f"{name[:80]!r} is not a domain that mail can be sent from; write it like example.org."
        ) from refusal


def _bounces_to(address: str) -> str:
    normal = addresses.normalise(address)
    local, _, _ = normal.rpartition("@")
    if len(local) > verp.LOCAL_CHARACTERS or not local.isascii():
        raise Refused(
            f"{normal} cannot take bounces: a signed tag is added before its @, which leaves room"
            f" for {verp.LOCAL_CHARACTERS} characters without accents; shorten it."
        )
    return normal
