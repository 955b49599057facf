"""Whether the DNS says of a sending domain all that receivers want to read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from publisher.delivery.domains import dmarc, keys, records, spf
from publisher.delivery.domains.queries import Line
from publisher.delivery.domains.senders import Sender
from publisher.delivery.signing import Key
from publisher.errors import Refused
from publisher.wiring import Names

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; "wrong" costs mail, a "warning" may."""

    about: str
    state: State
    found: str


def check(
    domain: Line, names: Names, *, senders: Sequence[Sender], from_domains: Sequence[str]
) -> list[Finding]:
    """Return what there is to say of a domain, in the order in which it is to be mended.

    `from_domains` are those that it signs for: itself or below it. Raises Temporary where the DNS
    cannot be asked.
    """
    looks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("DKIM", lambda: _dkim(domain, names)),
        ("SPF", lambda: _spf(domain, names, senders)),
        ("DMARC", lambda: _dmarc(domain, names, from_domains)),
        ("MX", lambda: _exchanges(domain, names)),
        ("PTR", lambda: _pointers(names, senders)),
    )
    return [finding for about, look in looks for finding in _looked(about, look)]


def unpublished(domain: Line, names: Names) -> list[Key]:
    """Return those of the keys that wait which the DNS does not have yet."""
    return [key for key in domain.waiting if _published(domain, key, names).state == "wrong"]


def _looked(about: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(look())
    except Refused as refusal:
        return [Finding(about, "wrong", str(refusal))]


def _dkim(domain: Line, names: Names) -> Iterator[Finding]:
    for key in domain.signing:
        yield _published(domain, key, names)
    for key in domain.waiting:
        there = _published(domain, key, names).state != "wrong"
        then = "is there; 'publisher domains rotate' uses it" if there else "is awaited"
        yield Finding("DKIM", "ok" if there else "warning", f"The new key {key.selector} {then}.")


def _published(domain: Line, key: Key, names: Names) -> Finding:
    """Return whether the DNS has a key's public half, just as it is."""
    wanted = records.dkim(domain, key)
    texts = names.texts(wanted.name)
    shows = f"'publisher domains show {domain.name}' prints it"
    if not texts:
        return Finding("DKIM", "wrong", f"{wanted.name} has no TXT record; {shows}.")
    if len(texts) > 1:
        return Finding("DKIM", "wrong", f"{wanted.name} has {len(texts)} TXT records; keep one.")
    tags = _tags(texts[0])
    if (tags.get("k", "rsa"), tags.get("p", "")) != (keys.kind(key), keys.public_octets(key)):
        return Finding("DKIM", "wrong", f"{wanted.name} has another key than ours; {shows}.")
    if "y" in tags.get("t", "").split(":"):
        said = f"{wanted.name} says t=y, a test that receivers need not heed; take it out."
        return Finding("DKIM", "warning", said)
    return Finding("DKIM", "ok", f"{key.selector} is published.")


def _spf(domain: Line, names: Names, senders: Sequence[Sender]) -> Iterator[Finding]:
    where = domain.bounces_domain
    if spf.published(names, where) is None:
        raise Refused(
            f"{where} has no SPF record; 'publisher domains show {domain.name}' proposes one."
        )
    count = spf.lookups(names, where)
    if count > spf.MOST_LOOKUPS:
        raise Refused(
            f"The SPF record of {where} takes {count} look-ups, and receivers stop at"
            f" {spf.MOST_LOOKUPS}; name addresses in place of some includes."
        )
    yield Finding("SPF", "ok", f"{where} has one record, with {count} of 10 look-ups.")
    for sender in senders:
        verdict = spf.verdict(names, where, sender.address)
        if verdict == "unknown":
            yield _untold(where, sender)
        elif verdict != "pass":
            yield _uncovered(where, sender)


def _untold(where: str, sender: Sender) -> Finding:
    said = (
        f"Whether the SPF record of {where} allows {sender.address} cannot be told: it asks for"
        " more than two names that are not there, or hangs on ptr or a macro; name the address."
    )
    return Finding("SPF", "warning", said)


def _uncovered(where: str, sender: Sender) -> Finding:
    if sender.is_certain:
        said = f"The SPF record of {where} does not allow {sender.address}; add it."
        return Finding("SPF", "wrong", said)
    return Finding(
        "SPF",
        "warning",
        f"The SPF record of {where} does not allow {sender.address}, the mail server's address;"
        " if mail leaves from another, name that in PUBLISHER_SENDING_ADDRESSES.",
    )


def _dmarc(domain: Line, names: Names, from_domains: Sequence[str]) -> Iterator[Finding]:
    for name in from_domains or (domain.name,):
        record = dmarc.applied(names, name)
        if len(own := dmarc.records(names, name)) > 1:
            said = f"_dmarc.{name} has {len(own)} records, and receivers then heed none; keep one."
            yield Finding("DMARC", "wrong", said)
        elif record is None:
            shows = f"'publisher domains show {domain.name}' proposes one"
            said = f"{name} has no DMARC record, nor has any domain above it; {shows}."
            yield Finding("DMARC", "wrong", said)
        else:
            yield _aligned(domain, names, name, record)


def _aligned(domain: Line, names: Names, name: str, record: dmarc.Record) -> Finding:
    """Return whether our signature counts for mail from `name`."""
    at = f"_dmarc.{record.domain} asks for p={record.policy(name)}"
    if name == domain.name:
        return Finding("DMARC", "ok", f"{at}.")
    if record.is_strict:
        said = f"{at} with adkim=s, so {domain.name} cannot sign for {name}; add {name} itself."
        return Finding("DMARC", "wrong", said)
    if dmarc.organisation(names, name) != dmarc.organisation(names, domain.name):
        said = f"{name} is an organisation of its own (psd), for which {domain.name} cannot sign."
        return Finding("DMARC", "wrong", said)
    return Finding("DMARC", "ok", f"{at}, and {domain.name} signs for {name}.")


def _exchanges(domain: Line, names: Names) -> Iterator[Finding]:
    for where in dict.fromkeys((domain.name, domain.bounces_domain)):
        takes = "bounces" if where != domain.name else "answers"
        found = names.exchanges(where)
        if "" in found:
            said = (
                f"{where} says that it takes no mail, so {takes} cannot come back; give it an MX."
            )
            yield Finding("MX", "wrong", said)
        elif any(names.addresses(host) for host in found):
            yield Finding("MX", "ok", f"{takes} to {where} go to {found[0]}.")
        elif not found and names.addresses(where):
            said = f"{where} has no MX, so {takes} go to the host itself; give it one."
            yield Finding("MX", "warning", said)
        else:
            said = f"{where} has no mail server, so {takes} cannot come back; give it an MX."
            yield Finding("MX", "wrong", said)


def _pointers(names: Names, senders: Sequence[Sender]) -> Iterator[Finding]:
    """Say whether addresses lead to a name and back, without which many receivers refuse mail."""
    for sender in senders:
        if not sender.is_certain:
            continue
        address = ip_address(sender.address)
        found = names.names(address)
        if any(address in names.addresses(name) for name in found):
            yield Finding("PTR", "ok", f"{address} is {found[0]}, and back.")
        else:
            where = f"leads to {found[0]}, which does not lead back" if found else "has no name"
            said = f"{address} {where}; have whoever gave you the address set its PTR record."
            yield Finding("PTR", "wrong", said)


def _tags(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";")]
    # White space within a value is folding (RFC 6376 section 3.2).
    return {name.strip(): "".join(value.split()) for name, _, value in pairs}
