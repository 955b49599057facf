"""E-mail addresses as headers hold them, the domain in A-labels."""

import re
from functools import lru_cache

import idna

from publisher.errors import Refused

# RFC 5322 dot-atom; quoted local parts are not written to.
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# RFC 5321 section 4.5.3.1.
_LOCAL_OCTETS = 64
_DOMAIN_OCTETS = 253


def ascii_address(address: str, field: str) -> str:
    """Return `address` with its domain in A-labels; raises Refused, naming `field`."""
    local, _, name = address.rpartition("@")
    if not _LOCAL.fullmatch(local) or len(local) > _LOCAL_OCTETS:
        raise Refused(
            f"The {field} {shown(address)} is not an e-mail address; "
            "write it like name@example.org, the part before the @ without accents."
        )
    return f"{local}@{domain(name, field)}"


def international_address(address: str, field: str) -> str:
    """Return `address` likewise, with a local part of any letters (RFC 6531, RFC 6532).

    A mail with such a one goes only by servers that offer SMTPUTF8: the channels see to that.
    """
    local, _, name = address.rpartition("@")
    if address.isascii() or not _is_international(local):
        return ascii_address(address, field)
    return f"{local}@{domain(name, field)}"


def _is_international(local: str) -> bool:
    # For the rest of it any ASCII letter will do; what is not printable could turn the line round.
    plain = "".join("x" if not c.isascii() and c.isprintable() else c for c in local)
    return _LOCAL.fullmatch(plain) is not None and len(local.encode()) <= _LOCAL_OCTETS


@lru_cache(maxsize=4096)
def domain(name: str, field: str) -> str:
    """Return a domain name in A-labels (RFC 5891); raises Refused, naming `field`."""
    a_labels = name if name.isascii() else _a_labels(name)
    if not _DOMAIN.fullmatch(a_labels) or len(a_labels) > _DOMAIN_OCTETS:
        raise Refused(f"The {field} has the domain {shown(name)}, which no mail can be sent to.")
    return a_labels


def shown(text: str) -> str:
    """Return a hostile text as an error may show it: quoted, short, without control characters."""
    return repr("".join(c if c.isprintable() else "\ufffd" for c in text[:80]))


def _a_labels(name: str) -> str:
    try:
        return idna.encode(name, uts46=True).decode()
    except UnicodeError:
        return ""
