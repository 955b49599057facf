"""The server's answers (RFC 5321 section 4.2), read out of the stream however it was cut."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# RFC 5321 section 4.5.3.1.5 allows 512 octets and servers write more; beyond this it is no SMTP.
_LINE_OCTETS = 4096
# An EHLO answer has about fifteen.
_LINES = 128
_DETAIL = 500

# To a message or a command: not before somebody has logged in (RFC 4954 section 6).
LOGIN_WANTED = 530

_CODES = {str(code).encode(): code for code in range(200, 600)}
_SEPARATORS = (b" ", b"-", b"\r", b"")
_UNSHOWN = re.compile(r"[^ -~\xa1-\U0010ffff]+")
# RFC 3463, as RFC 2034 puts it at the start of every line.
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3} ")


class Garbled(Exception):
    """What came is no answer that SMTP knows; the message says what was wrong with it."""


class Reply(NamedTuple):
    """One answer, with the text behind the code of each of its lines."""

    code: int
    texts: tuple[bytes, ...]

    @property
    def positive(self) -> bool:
        """Return whether the server did what it was asked."""
        return 200 <= self.code < 300

    @property
    def detail(self) -> str:
        """Return the text in one line that is fit for a row and a log: 500 characters at most."""
        lines = [line.decode("utf-8", "replace").strip() for line in self.texts]
        # What nearly every answer is.
        if len(lines) == 1 and lines[0].isprintable():
            return lines[0][:_DETAIL]
        if len(lines) > 1 and (status := _STATUS.match(lines[0])):
            lines[1:] = (line.removeprefix(status[0]) for line in lines[1:])
        return _UNSHOWN.sub(" ", " ".join(lines)).strip()[:_DETAIL]

    def __str__(self) -> str:
        return f"{self.code} {self.detail}".strip()


class Replies:
    """Takes octets in, gives answers out."""

    def __init__(self) -> None:
        self._rest = b""
        self._texts: list[bytes] = []

    @property
    def unfinished(self) -> bool:
        """Return whether a part of an answer has come."""
        return bool(self._rest or self._texts)

    def feed(self, octets: bytes) -> Iterator[Reply]:
        """Return the answers that are complete now; raises Garbled, but after those before it."""
        *lines, self._rest = (self._rest + octets).split(b"\n")
        for line in lines:
            code, separator = _CODES.get(line[:3]), line[3:4]
            if code is None or separator not in _SEPARATORS or len(line) > _LINE_OCTETS:
                raise Garbled("a line that is no answer")
            self._texts.append(line[4:])
            if separator != b"-":
                texts, self._texts = self._texts, []
                yield Reply(code, tuple(texts))
            elif len(self._texts) > _LINES:
                raise Garbled("an answer that does not end")
        if len(self._rest) > _LINE_OCTETS:
            raise Garbled("a line that does not end")
