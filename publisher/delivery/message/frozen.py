"""A frozen mail: bytes that are the same for everybody, and between them the slots."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from publisher.delivery.message import headers, quoted_printable
from publisher.errors import Refused

VERSION = 1

Encoding = Literal["text", "html", "raw"]
# What most names and links are: nothing in it that HTML would have to escape.
_PLAIN = re.compile(r"[^&<>\"']*")


@dataclass(frozen=True, slots=True)
class Slot:
    """A recipient's value in quoted-printable text or HTML, or raw in a list header."""

    name: str
    encoding: Encoding

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Return the value as it is written in the mail; raises Refused."""
        value = values[self.name]
        if self.encoding == "text":
            return quoted_printable.encode(value)
        if self.encoding == "html":
            is_plain = _PLAIN.fullmatch(value)
            return quoted_printable.encode(value if is_plain else html.escape(value))
        return headers.link(value, f"{self.name} of a recipient")


@dataclass(frozen=True, slots=True)
class Line:
    """A whole header line of free text with slots in it: literal text and slot names in turn."""

    header: str
    pieces: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Return the header line; raises Refused."""
        names = self.pieces[1::2]
        text = list(self.pieces)
        text[1::2] = (values[name] for name in names)
        return headers.unstructured(self.header, "".join(text), self.header.lower())


Segment = bytes | Slot | Line


# Compared by identity: what is planned for one is found again without looking at all its bytes.
@dataclass(frozen=True, slots=True, eq=False)
class Frozen:
    """A mail for everybody; what only one recipient has stands in front of it (see `build`).

    `message_domain` is what the caller puts after the @ of its message ids.
    """

    message_domain: str
    segments: tuple[Segment, ...]

    @property
    def slots(self) -> frozenset[str]:
        """Return the names that every recipient needs a value for."""
        return frozenset(name for segment in self.segments for name in _names(segment))

    @property
    def is_dotless(self) -> bool:
        """Return whether no line of a copy begins with a dot and every line ends, whoever gets it.

        What is filled in sees to that itself (`quoted_printable.encode`), and begins no line.
        """
        literals = [segment for segment in self.segments if isinstance(segment, bytes)]
        return (
            literals[-1:] == [self.segments[-1]]
            and literals[-1].endswith(b"\r\n")
            and not any(b"\n." in literal or literal.startswith(b".") for literal in literals)
        )

    def to_bytes(self) -> bytes:
        """Return what `from_bytes` reads: JSON, since a frozen mail is all ASCII."""
        shown = {
            "version": VERSION,
            "message_domain": self.message_domain,
            "segments": [_shown(segment) for segment in self.segments],
        }
        return json.dumps(shown, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Frozen":
        """Return the frozen mail that was stored; raises Refused for another version's."""
        read = json.loads(stored)
        if read["version"] != VERSION:
            raise Refused(
                f"This mail was frozen in format {read['version']}, but only format {VERSION} "
                "can be read here; freeze it again."
            )
        return cls(read["message_domain"], tuple(map(_segment, read["segments"])))


def joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return the segments with neighbouring bytes as one."""
    whole: list[Segment] = []
    for segment in segments:
        if whole and isinstance(segment, bytes) and isinstance(whole[-1], bytes):
            whole[-1] += segment
        else:
            whole.append(segment)
    return tuple(whole)


def _names(segment: Segment) -> tuple[str, ...]:
    if isinstance(segment, bytes):
        return ()
    return (segment.name,) if isinstance(segment, Slot) else segment.pieces[1::2]


def _shown(segment: Segment) -> str | list[str]:
    if isinstance(segment, bytes):
        return segment.decode("ascii")
    if isinstance(segment, Slot):
        return ["slot", segment.name, segment.encoding]
    return ["line", segment.header, *segment.pieces]


def _segment(shown: Any) -> Segment:
    if isinstance(shown, str):
        return shown.encode("ascii")
    kind, *fields = shown
    return Slot(*fields) if kind == "slot" else Line(fields[0], tuple(fields[1:]))
