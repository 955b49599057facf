"""What is the same for every recipient of a mailing, made ready once for many."""

from dataclasses import dataclass
from datetime import datetime

from publisher import links
from publisher.channels.mail import Envelope
from publisher.delivery import queries, verp
from publisher.delivery.domains.queries import identity
from publisher.delivery.message import Frozen, Recipient, build
from publisher.delivery.queries import Letter
from publisher.delivery.signing import Signer


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mailing as a worker needs it."""

    lane: str
    route: str
    sender: str
    frozen: Frozen
    personal: links.Personal
    # Who signs it, and where its bounces come to; None and "" where it is no domain of ours.
    signer: Signer | None
    bounces_to: str
    # The sending domain, "" where it is none of ours.
    domain: str
    # What a reader without a name is called, and whether one with a name is called by it.
    nameless: str
    echoes_names: bool
    # Whether no line of any copy begins with a dot.
    dotless: bool

    def envelope(self, letter: Letter, now: datetime) -> Envelope:
        """Return a letter's own mail; raises Refused where none can be written to its address."""
        name = letter.name if self.echoes_names else ""
        recipient = Recipient(
            address=letter.address,
            name=name,
            date=now,
            message_id=self.personal.message_id(letter.delivery_id),
            values={
                "name": name or self.nameless,
                **self.personal.links(letter.subscription_id),
            },
        )
        sender = self.sender
        if self.bounces_to:
            sender = verp.return_path(self.bounces_to, letter.delivery_id)
        message = build(self.frozen, recipient)
        return Envelope(letter.delivery_id, sender, letter.address, message, self.dotless)

    def signed(self, mail: Envelope, now: datetime) -> Envelope:
        """Return a mail with its DKIM signatures in front."""
        if self.signer is None:
            return mail
        return mail._replace(message=self.signer.sign(mail.message, now=now) + mail.message)


def parcel(mailing_id: int) -> Parcel:
    """Return a mailing made ready."""
    mailing = queries.mailing(mailing_id)
    frozen = Frozen.from_bytes(bytes(mailing.frozen))
    known_as = identity(mailing.sender)
    return Parcel(
        lane=mailing.lane,
        route=mailing.route,
        sender=mailing.sender,
        frozen=frozen,
        personal=links.Personal(mailing.domain, frozen.slots),
        signer=known_as.signer if known_as else None,
        bounces_to=known_as.bounces_to if known_as else "",
        domain=known_as.name if known_as else "",
        nameless=mailing.nameless,
        # Until an address is confirmed, its name is only what a stranger typed: it is not echoed.
        echoes_names=mailing.wants != "pending",
        dotless=frozen.is_dotless,
    )
