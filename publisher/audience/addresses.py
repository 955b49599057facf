"""One normal form for an e-mail address.

So that one mailbox is one row and a suppression catches every spelling.
"""

import hashlib
import unicodedata

import idna
import regex

from publisher.errors import Refused

# RFC 5321 section 4.5.3.1: octets of the local part, and of the whole path less its angle brackets.
_LOCAL_OCTETS = 64
_ADDRESS_OCTETS = 254
# RFC 5321 dot-string, with the letters, marks and digits that RFC 6532 adds; no quoted strings,
# which nobody types.
_LOCAL = regex.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", regex.UNICODE)


def normalise(raw: str) -> str:
    """Return the one form of `raw`: lower case, NFC, the domain as A-labels (RFC 5891).

    Raises Refused.
    """
    address = unicodedata.normalize("NFC", raw.strip()).lower()
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local.encode()) > _LOCAL_OCTETS:
        raise _refused(raw, "write it like name@example.org")
    normal = f"{local}@{_domain(domain.removesuffix('.'), raw)}"
    if len(normal.encode()) > _ADDRESS_OCTETS:
        raise _refused(raw, f"it is longer than {_ADDRESS_OCTETS} octets")
    return normal


def digest(normal: str) -> str:
    """Return the SHA-256 of an address in normal form, in hexadecimal.

    What a suppression remembers of it.
    """
    return hashlib.sha256(normal.encode()).hexdigest()


def _domain(domain: str, raw: str) -> str:
    try:
        ascii_domain = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise _refused(raw, "its domain is not one that mail can be sent to") from error
    labels = ascii_domain.split(".")
    # A bare host is nobody's mailbox on the Internet, and a last label of digits is an IP address
    # (RFC 3696 section 2).
    if len(labels) < 2 or labels[-1].isdigit():
        raise _refused(raw, "its domain must have a dot and must not be an IP address")
    return ascii_domain


def _refused(raw: str, why: str) -> Refused:
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in raw[:80])
    return Refused(f"{shown!r} is not an e-mail address: {why}.")
