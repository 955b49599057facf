"""What a domain asks of receivers (RFC 9989), found by walking up the tree of its names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from publisher.wiring import Names

# RFC 9989 section 4.10: from a longer name the walk goes on at its last seven labels.
_WALKED_LABELS = 7
_POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the domain that it stands at; tags are in small letters."""

    domain: str
    tags: Mapping[str, str]

    @property
    def is_strict(self) -> bool:
        """Return whether only the very domain of the From address counts in a signature."""
        return self.tags.get("adkim", "r").lower() == "s"

    def policy(self, domain: str) -> str:
        """Return what is asked for mail from `domain`: none, quarantine or reject."""
        asked = self.tags.get("p", "")
        if domain != self.domain:
            asked = self.tags.get("sp", asked)
        # RFC 9989 section 4.10.1: what cannot be read is none.
        return asked.lower() if asked.lower() in _POLICIES else "none"


def records(names: Names, domain: str) -> list[Record]:
    """Return the records that stand at this very domain; more than one is as good as none."""
    found = [tags for text in names.texts(f"_dmarc.{domain}") if (tags := _tags(text))]
    return [Record(domain, tags) for tags in found]


def applied(names: Names, domain: str) -> Record | None:
    """Return the record that receivers heed for mail from a domain, its own or one above."""
    own = records(names, domain)
    if len(own) == 1:
        return own[0]
    found = _walked(names, domain)
    # Its organisation's, or where that has none that of the public suffix above (section 4.10.1).
    at = {record.domain: record for record in found}
    return at.get(_organisation(domain, found)) or (found[-1] if found else None)


def organisation(names: Names, domain: str) -> str:
    """Return the organisational domain: names that share it are aligned (section 4.10.2)."""
    return _organisation(domain, _walked(names, domain))


def _organisation(domain: str, found: list[Record]) -> str:
    for record in found:
        if _psd(record) == "n":
            return record.domain
        if _psd(record) == "y" and record.domain != domain:
            labels = domain.split(".")
            return ".".join(labels[-len(record.domain.split(".")) - 1 :])
    return found[-1].domain if found else domain


def _walked(names: Names, domain: str) -> list[Record]:
    """Return the records from a domain upwards, to the one that says that it is an end."""
    found = []
    for target in _targets(domain):
        standing = records(names, target)
        if len(standing) == 1:
            found += standing
            if _psd(standing[0]) in ("y", "n"):
                break
    return found


def _targets(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    yield domain
    for count in range(min(len(labels) - 1, _WALKED_LABELS), 0, -1):
        yield ".".join(labels[-count:])


def _psd(record: Record) -> str:
    return record.tags.get("psd", "u").lower()


def _tags(text: str) -> dict[str, str]:
    """Return the tags of a DMARC record, none where the text is not one."""
    pairs = [part.partition("=") for part in text.split(";")]
    name, _, version = pairs[0]
    if name.strip() != "v" or version.strip() != "DMARC1":
        return {}
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}
