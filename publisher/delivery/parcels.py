"""What is the same for every recipient of a mailing, made ready once for many."""

from dataclasses import dataclass

from publisher import links
from publisher.delivery import queries
from publisher.delivery.message import Frozen


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mailing as a worker needs it."""

    lane: str
    sender: str
    frozen: Frozen
    personal: links.Personal
    # What a reader without a name is called, and whether one with a name is called by it.
    nameless: str
    echoes_names: bool


def parcel(mailing_id: int) -> Parcel:
    """Return a mailing made ready."""
    mailing = queries.mailing(mailing_id)
    frozen = Frozen.from_bytes(bytes(mailing.frozen))
    return Parcel(
        lane=mailing.lane,
        sender=mailing.sender,
        frozen=frozen,
        personal=links.Personal(mailing.domain, frozen.slots),
        nameless=mailing.nameless,
        # Until an address is confirmed, its name is only what a stranger typed: it is not echoed.
        echoes_names=mailing.wants != "pending",
    )
