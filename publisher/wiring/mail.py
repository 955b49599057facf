"""Who takes mail, and where returned mail lies."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Protocol

from django.conf import settings

from publisher import secrecy
from publisher.channels import Permanent, mailboxes, smtp
from publisher.channels.esp.services import SERVICES
from publisher.channels.mail import Carrier
from publisher.errors import Refused


class Way(Protocol):
    """Who takes mail: a relay's row, or the settings in place of one; `url` is "" for a row."""

    @property
    def name(self) -> str:
        """Return what tells it from all others."""

    @property
    def kind(self) -> str:
        """Return "smtp", or a mail service's name."""

    @property
    def sealed(self) -> bytes:
        """Return its credentials, sealed."""

    @property
    def url(self) -> str:
        """Return where it is, in the clear."""


def carrier(way: Way, lane: str) -> Carrier:
    """Return the carrier of a relay for a lane: never the connections of another lane.

    They are kept as long as the process, or until the relay has other credentials; those of before
    end by themselves, when the server hangs up on the idle. Raises Permanent.
    """
    made_of = (way.kind, way.sealed, way.url)
    known = _carriers.get((way.name, lane))
    if known is None or known[0] != made_of:
        known = _carriers[way.name, lane] = (made_of, _carrier(way))
    return known[1]


def keeps_signatures(kind: str) -> bool:
    """Return whether what is signed leaves as it is; many services put a mail together anew."""
    return kind == "smtp" or SERVICES[kind].takes_bytes


async def close_carriers() -> None:
    """Part from all relays, in the loop that their connections belong to."""
    known = [each for _, each in _carriers.values()]
    _carriers.clear()
    for each in known:
        await each.close()


# Of this process, by relay and lane; and of which credentials each was made.
_carriers: dict[tuple[str, str], tuple[tuple[str, bytes, str], Carrier]] = {}


def _carrier(way: Way) -> Carrier:
    try:
        secrets = {"url": way.url} if way.url else secrecy.unseal(way.sealed)
        if way.kind == "smtp":
            return smtp.Relay(smtp.parse(secrets["url"]), heir=heir())
    except Refused as refusal:
        raise Permanent(str(refusal), stops_account=True) from refusal
    # Only who sends by a mail service needs what speaks to it.
    from publisher.channels.esp.carrier import Service

    return Service(way.kind, secrets)


def mailbox(secrets: dict[str, str]) -> AbstractContextManager[mailboxes.Box]:
    """Return what opens a mailbox of returned mail; raises Refused where its URL is none."""
    return mailboxes.opened(mailboxes.parse(secrets["url"]))


@cache
def heir() -> smtp.Heir:
    """Return the process's heir, for all of its relays; nothing is started before it is needed."""
    return smtp.Heir()


def sandbox_smtp_url() -> str:
    """Return the address of the built-in mailbox."""
    return f"smtp://127.0.0.1:{settings.PUBLISHER_SANDBOX_SMTP_PORT}"
