"""Mail leaves by SMTP (RFC 5321), a pipelined connection carrying a message every round trip.

url.py          where the relay is and how to log in there
envelopes.py    addresses as commands hold them
outcomes.py     what the server decided about a message
replies.py      the server's answers, read out of the stream
line.py         one connection: commands out, answers in
token.py        access tokens for a login by XOAUTH2
opening.py      from a TCP connection to one that is encrypted and logged in
outbox.py       what is still to be sent, shared by all connections
transfer.py     the conversation about messages on one connection: the hot path
relay.py        all connections to one relay

After `kill -9`, answers are still on their way for the last message of every connection:

estate.py       what is in flight, in memory that outlives the process
will.py         what a process tells its heir while it lives
heir.py         the heir, a process of its own that hears those answers and writes them down
succession.py   starts it
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.channels.mail import Envelope, Outcome
    from publisher.channels.smtp.relay import Relay
    from publisher.channels.smtp.succession import Heir
    from publisher.channels.smtp.url import RelayUrl, parse

__all__ = ["Envelope", "Heir", "Outcome", "Relay", "RelayUrl", "parse"]

_HOMES = {
    "Envelope": "mail",
    "Heir": "smtp.succession",
    "Outcome": "mail",
    "Relay": "smtp.relay",
    "RelayUrl": "smtp.url",
    "parse": "smtp.url",
}


def __getattr__(name: str) -> object:
    # Not imported before it is asked for: the heir needs neither asyncio nor ssl, and is half as
    # large without them.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"publisher.channels.{_HOMES[name]}"), name)
