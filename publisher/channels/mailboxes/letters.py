"""One mail in a mailbox."""

from dataclasses import dataclass

# A report stands at the head of a mail; no more than this is fetched of one.
MOST_OCTETS = 10_000_000
# A server that says nothing for so long is gone (RFC 9051 section 5.4 is about idle clients, and
# leaves this to us).
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, cut behind MOST_OCTETS; `key` names it while its box is open."""

    key: str
    raw: bytes
