"""Who may send for a domain (RFC 7208), read as a receiver reads it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

from publisher.errors import Refused
from publisher.wiring import Names

Result = Literal["pass", "fail", "softfail", "neutral", "unknown"]

# RFC 7208 section 4.6.4: more than these, and a receiver takes the record for broken.
MOST_LOOKUPS = 10
# The same section: so many mail servers of one "mx", and so many questions that nobody answers.
_MOST_EXCHANGES = 10
_MOST_VOIDS = 2
# Where counting stops, so that records that include each other end.
_ENOUGH = 50
_RESULTS: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MECHANISM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<where>[^/\s]+))?(?:/(?P<bits4>\d{1,3}))?(?://(?P<bits6>\d{1,3}))?",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"[a-z][a-z0-9_.-]*=\S*", re.IGNORECASE)
_ASKING = frozenset(("include", "a", "mx", "ptr", "exists"))


@dataclass(frozen=True, slots=True)
class Term:
    """One mechanism; `where` is "" for the domain itself, a network for ip4 and ip6."""

    result: Result
    name: str
    where: str
    bits4: int = 32
    bits6: int = 128


@dataclass(frozen=True, slots=True)
class Policy:
    """A record, and where to look on where nothing of it matches ("": nowhere)."""

    terms: tuple[Term, ...]
    redirect: str = ""


def published(names: Names, domain: str) -> Policy | None:
    """Return the policy of a domain, None where it has none.

    Raises Refused where it has several or one that cannot be read.
    """
    found = [
        text
        for text in names.texts(domain)
        if text.lower() == "v=spf1" or text[:7].lower() == "v=spf1 "
    ]
    if len(found) > 1:
        raise Refused(
            f"{domain} has {len(found)} SPF records, and a receiver then heeds none; make one of"
            " them."
        )
    return parse(found[0], domain) if found else None


def parse(record: str, domain: str) -> Policy:
    """Return what a record says; raises Refused, naming the word that is wrong and its domain."""
    terms, redirect = [], ""
    for word in record.split()[1:]:
        if found := _MECHANISM.fullmatch(word):
            terms.append(_term(found, domain))
        elif word.lower().startswith("redirect="):
            redirect = word.partition("=")[2]
        elif not _MODIFIER.fullmatch(word):
            raise Refused(f"The SPF record of {domain} has {word!r}, which is no part of SPF.")
    # RFC 7208 section 6.1: behind an "all" nobody gets.
    return Policy(tuple(terms), "" if any(term.name == "all" for term in terms) else redirect)


def lookups(names: Names, domain: str) -> int:
    """Return how many look-ups a receiver makes at most.

    Raises Refused as `published` does, and where something is included that is not there.
    """
    asked, count = [domain], 0
    while asked and count < _ENOUGH:
        where = asked.pop()
        policy = published(names, where)
        if policy is None:
            raise Refused(f"{where} has no SPF record, which the one of {domain} needs.")
        asking = [term for term in policy.terms if term.name in _ASKING]
        count += len(asking) + bool(policy.redirect)
        further = [term.where for term in asking if term.name == "include"] + [policy.redirect]
        asked += [where for where in further if where and "%" not in where]
    return count


def verdict(names: Names, domain: str, address: str) -> Result:
    """Return what SPF says of mail from an IP address in the name of a domain.

    "unknown" where it hangs on a macro, or on more look-ups, or more of them in vain, than a
    receiver makes (RFC 7208 section 4.6.4); raises Refused as `published` does.
    """
    return _Reading(names, address).of(domain)


class _Reading:
    """One receiver's reading of a policy for one address."""

    def __init__(self, names: Names, address: str) -> None:
        self._names = names
        self._address = ip_address(address)
        self._left = MOST_LOOKUPS
        self._voids_left = _MOST_VOIDS

    def of(self, domain: str) -> Result:
        policy = published(self._names, domain)
        if policy is None:
            return "neutral"
        for term in policy.terms:
            matches = self._matches(term, domain)
            if matches is None or self._voids_left < 0:
                return "unknown"
            if matches:
                return term.result
        if not policy.redirect:
            return "neutral"
        return self.of(policy.redirect) if self._may_ask(policy.redirect) else "unknown"

    def _matches(self, term: Term, domain: str) -> bool | None:
        """Return whether a mechanism is about our address, None where that cannot be told."""
        where = term.where or domain
        if term.name in _ASKING and not self._may_ask(where):
            return None
        match term.name:
            case "all":
                return True
            case "ip4" | "ip6":
                return self._address in ip_network(term.where, strict=False)
            case "include":
                result = self.of(where)
                return None if result == "unknown" else result == "pass"
            case "a":
                return self._is_at([where], term)
            case "mx":
                return self._is_at_exchange(where, term)
            case "exists":
                return self._heard(self._names.addresses(where))
        # RFC 7208 section 5.5: "ptr" is not to be used, and few receivers heed it.
        return None

    def _may_ask(self, where: str) -> bool:
        self._left -= 1
        return self._left >= 0 and "%" not in where

    def _heard(self, answer: Sequence[object]) -> bool:
        """Return whether there was an answer, and count those that there were not."""
        self._voids_left -= not answer
        return bool(answer)

    def _is_at_exchange(self, where: str, term: Term) -> bool | None:
        exchanges = self._names.exchanges(where)
        if not self._heard(exchanges):
            return False
        return self._is_at(exchanges, term) if len(exchanges) <= _MOST_EXCHANGES else None

    def _is_at(self, hosts: Sequence[str], term: Term) -> bool:
        version = self._address.version
        bits = term.bits4 if version == 4 else term.bits6
        network = ip_network(f"{self._address}/{bits}", strict=False)
        for host in hosts:
            # A receiver asks for addresses of the kind that the mail comes from.
            found = [each for each in self._names.addresses(host) if each.version == version]
            if self._heard(found) and any(each in network for each in found):
                return True
        return False


def _term(found: re.Match[str], domain: str) -> Term:
    name, where = found["name"].lower(), found["where"] or ""
    bits4, bits6 = int(found["bits4"] or 32), int(found["bits6"] or 128)
    if name in ("ip4", "ip6"):
        prefix = f"/{found['bits4']}" if found["bits4"] else ""
        where, bits4 = f"{where}{prefix}", 32
    if not _makes_sense(name, where) or bits4 > 32 or bits6 > 128:
        raise Refused(f"The SPF record of {domain} has {found[0]!r}, which cannot be read.")
    return Term(_RESULTS[found["sign"] or "+"], name, where, bits4, bits6)


def _makes_sense(name: str, where: str) -> bool:
    if name in ("ip4", "ip6"):
        try:
            return ip_network(where, strict=False).version == int(name[2])
        except ValueError:
            return False
    return bool(where) != (name == "all") if name in ("all", "include", "exists") else True
