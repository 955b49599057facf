"""Header lines: folded, RFC 2047 where they must be, and never two where one was meant."""

import base64
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from publisher.delivery.message.addresses import ascii_address, international_address
from publisher.errors import Refused

# RFC 2047 section 2: an encoded word has at most 75 characters, a line that holds one at most 76.
_LINE = 76
_WORD = 75
_FRAME = len("=?utf-8?q??=")
# RFC 2047 section 5 (3): what stands for itself in every place that a word can have.
_BARE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
_Q_ESCAPES = {octet: f"={octet:02X}" for octet in range(256) if octet not in _BARE} | {0x20: "_"}

# What could end a line for any reader of it: C0, DEL, C1 and Unicode's own separators.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Words with single spaces between: folding and unfolding give them back unchanged.
_WORDS = re.compile(r"(?:[!-~]+(?: [!-~]+)*)?")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
# What may stand between the angle brackets of a list header (RFC 2369) without any encoding.
_LINK = re.compile(r"[!-;=?-~]{1,900}")
# A quoted string is not folded, so a longer name is written as encoded words.
_QUOTED_ROOM = 60


def _q(part: bytes) -> str:
    return part.decode("latin-1").translate(_Q_ESCAPES)


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One of the two ways to write an encoded word: what a character takes of which room."""

    letter: str
    size: Callable[[str], int]
    room: Callable[[int], int]
    write: Callable[[bytes], str]


_Q = _Scheme("q", lambda character: len(_q(character.encode())), lambda width: width, _q)
# Base64 writes every three octets as four characters.
_B = _Scheme(
    "b",
    lambda character: len(character.encode()),
    lambda width: width // 4 * 3,
    lambda part: base64.b64encode(part).decode(),
)


def no_controls(text: str, field: str) -> str:
    """Return `text`; raises Refused where it holds a line break or another control character."""
    if found := _CONTROL.search(text):
        raise Refused(
            f"The {field} contains a line break or another control character "
            f"(U+{ord(found[0]):04X}); remove it."
        )
    return text


def unstructured(header: str, text: str, field: str) -> bytes:
    """Return a header line of free text, such as a subject, that reads back exactly as `text`."""
    no_controls(text, field)
    if plain := _folded(f"{header}: {text}") if _is_plain(text, _WORDS) else "":
        return f"{plain}\r\n".encode()
    return f"{header}: {_encoded(text, len(header) + 2)}\r\n".encode()


def mailbox(header: str, name: str, address: str, field: str) -> bytes:
    """Return a header line of one name and address; "" as the name leaves the address alone."""
    return _mailbox(header, name, ascii_address(address, f"{field} address"), field)


def recipient(name: str, address: str) -> bytes:
    """Return the To line; its address may have letters of any script before the @."""
    return _mailbox("To", name, international_address(address, "recipient address"), "recipient")


def _mailbox(header: str, name: str, target: str, field: str) -> bytes:
    no_controls(name, f"{field} name")
    if not name:
        return f"{header}: {target}\r\n".encode()
    return _after_phrase(header, name, f"<{target}>")


def list_id(name: str, identifier: str) -> bytes:
    """Return the List-Id line of RFC 2919; `identifier` is in A-labels already."""
    no_controls(name, "list name")
    if not name:
        return f"List-Id: <{identifier}>\r\n".encode()
    return _after_phrase("List-Id", name, f"<{identifier}>")


def link(url: str, field: str) -> bytes:
    """Return a link as it stands between the angle brackets of a list header; never folded."""
    if not _LINK.fullmatch(url):
        raise Refused(f"The {field} is not a link that a header can hold.")
    return url.encode()


def _after_phrase(header: str, name: str, target: str) -> bytes:
    phrase = _phrase(name, len(header) + 2)
    last = phrase.rpartition("\r\n")[2]
    used = len(last) + (0 if last != phrase else len(header) + 2)
    gap = " " if used + 1 + len(target) <= _LINE else "\r\n "
    return f"{header}: {phrase}{gap}{target}\r\n".encode()


def _phrase(name: str, column: int) -> str:
    if len(name) <= _QUOTED_ROOM:
        if _is_plain(name, _ATOMS):
            return name
        if _is_plain(name, _WORDS):
            return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
    return _encoded(name, column)


def _is_plain(text: str, pattern: re.Pattern[str]) -> bool:
    # What looks like an encoded word would be decoded by the reader (CVE-2024-6923).
    return "=?" not in text and pattern.fullmatch(text) is not None


def _folded(line: str) -> str:
    """Return `line` folded at its spaces, or "" where one of its words has no room."""
    if len(line) <= _LINE:
        return line
    rows = textwrap.wrap(
        line, _LINE, subsequent_indent=" ", break_long_words=False, break_on_hyphens=False
    )
    # A header whose first line is empty is read as an empty header by some.
    fits = " " in rows[0] and all(len(row) <= _LINE for row in rows)
    return "\r\n".join(rows) if fits else ""


def _encoded(text: str, column: int) -> str:
    """Return `text` as encoded words, one a line, the first of them starting at `column`."""
    octets = text.encode()
    as_q = _q(octets)
    if len(as_q) <= _LINE - column - _FRAME:
        return f"=?utf-8?q?{as_q}?="
    scheme = _Q if len(as_q) <= len(octets) * 4 / 3 else _B
    words = (
        f"=?utf-8?{scheme.letter}?{scheme.write(part.encode())}?="
        for part in _parts(text, column, scheme)
    )
    return "\r\n ".join(words)


def _parts(text: str, column: int, scheme: _Scheme) -> Iterator[str]:
    """Cut `text` between characters, never inside one, so that every part has room in a word."""
    room = scheme.room(_LINE - column - _FRAME)
    start = used = 0
    for place, character in enumerate(text):
        needed = scheme.size(character)
        if used + needed > room:
            yield text[start:place]
            start, used, room = place, 0, scheme.room(_WORD - _FRAME)
        used += needed
    yield text[start:]
