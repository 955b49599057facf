"""Failures told in words: who was meant, and what was said of whom.

More than fifty programs write such notices, each in its own way, and yet they agree: a recipient
stands at the start of a line, or behind a label, and what is said of it follows. So there is one
reader for all, and the vocabulary does the rest.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from publisher.delivery.bounces import addresses, mime, signs
from publisher.delivery.bounces.notices import Notice
from publisher.delivery.bounces.report import Finding

# One of our mails has one recipient; forwarders add a few.
MAX_RECIPIENTS = 40
# A notice of more lines than this has begun to return the mail, or is none.
MAX_LINES = 600
MAX_CONTEXT = 3000

_DAEMON = signs.one_of(signs.DAEMONS)
_SERVANT = signs.one_of(signs.SERVANTS)
_SUBJECT = signs.one_of(signs.SUBJECTS)
_REPLY = re.compile(r"\s{0,8}(?:re|aw|sv|antw|rif|res|odp|fwd?|wg|tr)\s?:", re.IGNORECASE)
_ADDED = re.compile(r"\([^()]{1,40}\)\s{0,4}\Z")
_FAILED = signs.one_of(signs.FAILURES)
_LABEL = signs.one_of(
    signs.LABELS, after=r"[\s:,=<\[('\"*-]{0,12}(?:smtp[:=])?(?:[\w .'-]{0,30}<)?\Z"
)
_OTHERS = signs.one_of(
    (
        rf"^[\s>*-]{{0,20}}(?:{'|'.join(signs.OTHER_HEADERS)})\s{{0,8}}:",
        r">>> ?mail from", r"^\s{0,8}<<<", r"generated (?:from|by)", r"expanded from",
        r"envelope-from",
    )
)  # fmt: skip
_HELPER = signs.one_of(signs.HELPERS, before="^", after="@")
_ASIDE = signs.one_of(signs.ASIDES)
# An address by itself, or at the head of its line: in brackets, quotes, bullets.
_ITEM = re.compile(
    r"[\s<\"'*>|\[(-]{0,24}(?:(?:to ?|recipient ?):)?[\s<\"']{0,8}(?:smtp[:=])?\Z", re.IGNORECASE
)
_AFTER_ITEM = re.compile(r"[>\"'\])]{0,3}(?:\Z|[\s:;,.(<\[-])")
# A name and its address, alone on their line.
_NAMED = re.compile(r"[\s\"'*-]{0,8}[\w .,'\"-]{1,60}[<(]\Z")
_AFTER_NAMED = re.compile(r"[>)][\s:.,;]{0,8}\Z")
# "A message sent by", and the address on the next line.
_NEXT_IS_OTHERS = re.compile(
    r"(?:sent by|sender is|the sender|from)\s{0,4}:?\s{0,4}\Z", re.IGNORECASE
)
_GENERATED = re.compile(r"(?:generated (?:from|by)|expanded from:?)\s{0,4}<?", re.IGNORECASE)
# Exchange 5.5 writes X.400 addresses with the real one in it.
_X400 = re.compile(r"smtp=", re.IGNORECASE)
_NAME_ONLY = re.compile(
    r"^(?:[ \t]{1,20}|receiver not found: ?)([\w.+-]{2,64})[ \t]*$", re.IGNORECASE | re.MULTILINE
)


def is_notice(notice: Notice) -> bool:
    """Say whether headers and words together look like the notice of a failure."""
    if "x-failed-recipients" in notice.mail.headers:
        return True
    headers_say = _is_from_program(notice) or is_named_so(notice)
    return headers_say and _FAILED.search(f"{notice.subject}\n{notice.words[:6000]}") is not None


def is_named_so(notice: Notice) -> bool:
    """Say whether the subject is a notice's: a reply quotes ours, and a program may add to it."""
    subject = notice.subject
    added = _ADDED.search(subject[-60:])
    if added and _SUBJECT.search(added[0]):
        return True
    return _SUBJECT.search(subject[:40]) is not None and not _REPLY.match(subject)


def _is_from_program(notice: Notice) -> bool:
    """Say whether somebody else than a person has written it."""
    mail = notice.mail
    if "x-failed-recipients" in mail.headers or mail.report_type == "delivery-status":
        return True
    if _DAEMON.search(notice.sender):
        return True
    automatic = (
        _SERVANT.search(notice.sender) is not None
        or mime.first(mail.headers, "auto-submitted").lower().startswith("auto-")
        or mime.first(mail.headers, "return-path").strip().lower() in ("<>", "<mailer-daemon>")
        or notice.sender.strip() in ("", "<>")
    )
    # A newsletter is automatic too: it must call itself a failure, or return something.
    return automatic and bool(_SUBJECT.search(notice.subject) or notice.returned)


def findings(notice: Notice) -> list[Finding]:
    """Return what the words say of each recipient; [] where they name none."""
    named = _failed_header(notice) or _in_words(notice)
    if _is_from_program(notice):
        named = named or _in_returned(notice) or _without_domain(notice)
    named = named[:MAX_RECIPIENTS]
    said = contexts(notice, named) if named else []
    origin = "x-spasign: ng" if mime.first(notice.mail.headers, "x-spasign") == "NG" else ""
    return [
        Finding(address, context=words, origin=origin)
        for address, words in zip(named, said, strict=True)
    ]


def contexts(notice: Notice, named: list[str]) -> list[str]:
    """Return what the words say about each recipient: all of it where there is only one."""
    if len(named) < 2:
        return [notice.words[:MAX_CONTEXT]]
    said = _said_of(notice, named)
    bare = [
        len(words.replace(one, "").split()) <= 2 for words, one in zip(said, named, strict=True)
    ]
    # A list of addresses with nothing between them shares what is said above and below it.
    shares = [bare[i] or (i > 0 and bare[i - 1]) for i in range(len(named))]
    return [
        (notice.words if share else words)[:MAX_CONTEXT]
        for words, share in zip(said, shares, strict=True)
    ]


def _said_of(notice: Notice, named: list[str]) -> list[str]:
    """Return the lines that belong to each recipient: from its own to the next one's."""
    said: list[list[str]] = [[] for _ in named]
    lowered = [address.lower() for address in named]
    owner = -1
    for line in _lines(notice):
        if "@" in line:
            low = line.lower()
            owner = next((i for i, address in enumerate(lowered) if address in low), owner)
        if owner >= 0:
            said[owner].append(line)
    return ["\n".join(lines) for lines in said]


def _lines(notice: Notice) -> list[str]:
    return [line[:1000] for line in notice.words.split("\n")[:MAX_LINES]]


def _failed_header(notice: Notice) -> list[str]:
    """Exim's and Gmail's own list of them."""
    values = notice.mail.headers.get("x-failed-recipients", [])
    return _distinct(address for value in values for address in addresses.found(value))


def _in_words(notice: Notice) -> list[str]:
    found = _Found([], [], [], [])
    previous = ""
    for line in _lines(notice):
        if "@" in line and not _OTHERS.search(line) and not _NEXT_IS_OTHERS.search(previous):
            _sort(line, notice, found)
        previous = line if line.strip() else previous
    if not _is_from_program(notice):
        # A person may write about a failure, too, but hardly in a list of addresses.
        return _distinct(found.items)
    return (
        _distinct(found.items)
        or _distinct(found.labelled)
        or _aliases(notice)
        or _distinct(found.ours)
        or (_distinct(found.mentioned)[:1] if _is_sure(notice) else [])
    )


class _Found(NamedTuple):
    """The addresses in a notice, by how surely they are a recipient's."""

    items: list[str]
    labelled: list[str]
    # Ours can only be meant where it is the only one in an item's place: we wrote to ourselves.
    ours: list[str]
    mentioned: list[str]


def _sort(line: str, notice: Notice, found: _Found) -> None:
    """Put the addresses of a line where they belong, up to the first that is a recipient's."""
    for match in addresses.ADDRESS.finditer(line):
        before, after = line[: match.start()], line[match.end() :]
        address = _X400.sub("", match[0], count=1)
        is_item = bool(_ITEM.match(before) and _AFTER_ITEM.match(after)) or address != match[0]
        if _is_ours(address, notice):
            if is_item:
                found.ours.append(address)
        elif _HELPER.search(address) or _ASIDE.search(before):
            if is_item:
                found.mentioned.append(address)
        elif is_item:
            found.items.append(address)
            return
        elif _LABEL.search(before) or (_NAMED.match(before) and _AFTER_NAMED.match(after)):
            found.labelled.append(address)
            return
        elif "." in address.rpartition("@")[2]:
            found.mentioned.append(address)


def _is_sure(notice: Notice) -> bool:
    # A postmaster may be a person, and then an address in passing is anybody's.
    return is_named_so(notice) or "postmaster" not in notice.sender


def _aliases(notice: Notice) -> list[str]:
    """Where mail goes to a program or a file, Exim and Sendmail name the address it came from."""
    for line in _lines(notice):
        behind = _GENERATED.search(line)
        found = addresses.ADDRESS.search(line, behind.end()) if behind else None
        if found:
            return [found[0]]
    return []


def _in_returned(notice: Notice) -> list[str]:
    """The recipient of the mail that came back, where the words name nobody."""
    for name in ("x-envelope-to", "envelope-to", "x-rcpt-to", "to"):
        found = [
            address for value in notice.returned.get(name, []) for address in addresses.found(value)
        ]
        if found:
            return found[:1]
    return []


def _without_domain(notice: Notice) -> list[str]:
    """AOL and CompuServe leave out their own domain."""
    domain = next(iter(addresses.found(notice.sender)), "").rpartition("@")[2]
    found = _NAME_ONLY.search(notice.words)
    return [f"{found[1]}@{domain}"] if found and domain else []


def _is_ours(address: str, notice: Notice) -> bool:
    return any(addresses.same(address, ours) for ours in (*notice.sent_to, *notice.senders))


def _distinct(found: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for address in found:
        kept.setdefault(address.strip('"').lower(), address)
    return list(kept.values())
