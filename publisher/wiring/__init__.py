"""The one place where channels are built out of settings and stored credentials.

networks.py     where posts go
kinds.py        what has to be known of a network before it is asked for anything
connecting.py   asking an account's owner whether we may post there
servers.py      servers that somebody named
mail.py         relays, mail services and mailboxes
dns.py          what asks the DNS
"""

from publisher.channels.esp.services import SERVICES
from publisher.channels.posts import Network
from publisher.wiring.connecting import Consent, asked, connects, resumed
from publisher.wiring.dns import Names, names, own_address
from publisher.wiring.kinds import Kind
from publisher.wiring.mail import (
    Way,
    carrier,
    close_carriers,
    heir,
    keeps_signatures,
    mailbox,
    sandbox_smtp_url,
)
from publisher.wiring.networks import NETWORKS, close_networks, kept_network, network
from publisher.wiring.servers import address, guarded

__all__ = [
    "NETWORKS",
    "SERVICES",
    "Consent",
    "Kind",
    "Names",
    "Network",
    "Way",
    "address",
    "asked",
    "carrier",
    "close_carriers",
    "close_networks",
    "connects",
    "guarded",
    "heir",
    "keeps_signatures",
    "kept_network",
    "mailbox",
    "names",
    "network",
    "own_address",
    "resumed",
    "sandbox_smtp_url",
]
