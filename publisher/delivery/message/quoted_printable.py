"""Quoted-printable bodies (RFC 2045 section 6.7) that no mail server has a reason to touch."""

import re
from collections.abc import Iterator

SOFT_BREAK = b"=\r\n"

# RFC 2045: a line has at most 76 characters, the "=" of a soft break among them.
_ROOM = 75
_ESCAPED = re.compile(r"[^\t -<>-~]")
# What most names are: one short line in which nothing needs encoding.
_PLAIN = re.compile(r"(?!\.|From )[ -<>-~]{0,74}[!-<>-~]")


def encode(text: str) -> bytes:
    """Return `text` as UTF-8 in quoted-printable, every line break as CRLF.

    The first and the last line are fit to stand between soft breaks. No line starts with a dot,
    which SMTP would double, or with "From ", which mailbox files would quote.
    """
    if _PLAIN.fullmatch(text):
        return text.encode()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\r\n".join([row for line in lines for row in _rows(_escape(line))]).encode()


def _escape(line: str) -> str:
    octets = line.encode().decode("latin-1")
    escaped = _ESCAPED.sub(lambda found: f"={ord(found[0]):02X}", octets)
    if escaped.endswith((" ", "\t")):
        # Relays strip white space at the end of a line.
        return f"{escaped[:-1]}={ord(escaped[-1]):02X}"
    return escaped


def _rows(line: str) -> Iterator[str]:
    start = 0
    while True:
        guard = _guard(line, start)
        text_start = start + bool(guard)
        end = text_start + _ROOM - len(guard)
        if end >= len(line):
            yield guard + line[text_start:]
            return
        # Never inside an "=XX".
        end -= 1 if line[end - 1] == "=" else 2 if line[end - 2] == "=" else 0
        yield f"{guard}{line[text_start:end]}="
        start = end


def _guard(line: str, start: int) -> str:
    """Return how to write the first character of a row where it must not stand as it is."""
    if line.startswith(".", start):
        return "=2E"
    return "=46" if line.startswith("From ", start) else ""
