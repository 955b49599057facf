"""What has to stand in the DNS for a sending domain, for a zone file or a form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.delivery.domains import keys
from publisher.delivery.domains.queries import Line
from publisher.delivery.signing import Key

# RFC 1035 section 3.3: a character string has at most 255 octets.
_STRING_OCTETS = 255


@dataclass(frozen=True, slots=True)
class Record:
    """A record; `value` is what a form asks for, `why` what it is good for and what to mind."""

    name: str
    type: str
    value: str
    why: str

    @property
    def zone_line(self) -> str:
        """Return it as a zone file has it, a long text in strings of 255 octets."""
        return f"{self.name}. IN {self.type} {self._data}"

    @property
    def _data(self) -> str:
        if self.type != "TXT":
            return f"{self.value}."
        strings = re.findall(f".{{1,{_STRING_OCTETS}}}", self.value)
        return " ".join(f'"{string}"' for string in strings)


def wanted(domain: Line, mechanisms: Sequence[str], mail_host: str) -> list[Record]:
    """Return what to publish.

    `mechanisms` say in SPF's words where our mail leaves from, `mail_host` who takes bounces.
    """
    return [
        *(dkim(domain, key) for key in domain.signing + domain.waiting),
        _spf(domain, mechanisms),
        _dmarc(domain),
        *([_exchange(domain, mail_host)] if domain.bounces_to else []),
    ]


def dkim(domain: Line, key: Key) -> Record:
    """Return the record of one key."""
    waits = "DKIM, a new key that signs once this is there; leave the old ones in for a week more"
    return Record(
        f"{key.selector}._domainkey.{domain.name}",
        "TXT",
        keys.public(key),
        waits if key in domain.waiting else "DKIM: proves that a mail is from you and unchanged",
    )


def _spf(domain: Line, mechanisms: Sequence[str]) -> Record:
    return Record(
        domain.bounces_domain,
        "TXT",
        " ".join(("v=spf1", *(mechanisms or ("mx",)), "~all")),
        "SPF: who may send; there may be only one, so add these words to one that is there",
    )


def _dmarc(domain: Line) -> Record:
    # RFC 9989 advises to begin with p=none and to read the reports.
    return Record(
        f"_dmarc.{domain.name}",
        "TXT",
        f"v=DMARC1; p=none; rua=mailto:postmaster@{domain.name}",
        "DMARC: what to do with forgeries; once the reports show none of your own mail failing,"
        " p=quarantine, then p=reject; keep one that is there",
    )


def _exchange(domain: Line, mail_host: str) -> Record:
    return Record(
        domain.bounces_domain,
        "MX",
        f"10 {mail_host}",
        "bounces: the server that takes them; keep one that is there",
    )
