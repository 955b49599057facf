"""A mail cut into its parts: iterative, and bounded whatever a stranger sends.

The library's `email` package descends into parts within parts and copies as it goes; here one
pass over the delimiter lines (RFC 2046 section 5.1.1) is enough, because nobody needs the tree.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import islice

# A report stands in front of the mail it returns, so what lies behind this is never needed.
MAX_MAIL_BYTES = 1024 * 1024
# The longest header block seen in the wild has 30 kB; a million headers end here.
MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 400
# A report has three parts (RFC 6522); Exchange and Gmail nest alternatives in the first of them.
MAX_PARTS = 64
MAX_DEPTH = 8
# Lines that begin like a delimiter, dashes in a text among them.
MAX_DELIMITERS = 20_000
# What a person or a program can have written about a failure; the rest is the returned mail.
MAX_TEXT_BYTES = 64 * 1024

Headers = Mapping[str, list[str]]

_FIELD = re.compile(rb"^([!-9;-~]{1,76})[ \t]{0,8}:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_DELIMITER = re.compile(rb"^--[^\n]{1,250}$", re.MULTILINE)
_MEDIA_TYPE = re.compile(r"\s{0,8}([\w.+-]{1,60}/[\w.+-]{1,60})")
_PARAMETER = re.compile(
    r";\s{0,80}(boundary|charset|report-type)\s{0,8}=\s{0,8}(?:\"([^\"\n]{1,250})|([^\s;\"]{1,250}))",
    re.IGNORECASE,
)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([BbQq])\?([^?]{0,500})\?=(?:\s{1,80}(?==\?))?")
# Codecs by name are a door to Python's own oddities (`unicode_escape`, `zlib`), hence this list.
_CHARSET = re.compile(
    r"utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|windows-\d{3,4}|cp\d{3,4}|koi8-[ru]|iso-2022-(?:jp|kr)"
    r"|shift[_-]jis|sjis|euc-(?:jp|kr|cn)|gb(?:2312|k|18030)|big5|tis-620|ks_c_5601-1987",
    re.IGNORECASE,
)
_LINE_ENDING_TAGS = (
    "br",
    "p",
    "/p",
    "div",
    "/div",
    "tr",
    "/tr",
    "li",
    "h1",
    "h2",
    "h3",
    "/h",
    "td",
)


@dataclass(frozen=True)
class Part:
    """A leaf of a mail: a text, a report, or a returned mail."""

    headers: Headers
    body: bytes

    @cached_property
    def media_type(self) -> str:
        """What it says it is, in lower case; text/plain where it says nothing (RFC 2045)."""
        found = _MEDIA_TYPE.match(first(self.headers, "content-type"))
        return found[1].lower() if found else "text/plain"

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Boundary, charset and report-type, as far as they are given."""
        found = _PARAMETER.findall(first(self.headers, "content-type"))
        return {name.lower(): (quoted or plain).rstrip() for name, quoted, plain in found}

    @cached_property
    def text(self) -> str:
        """The first MAX_TEXT_BYTES of it, decoded; HTML without its tags."""
        body = _decoded(self.body, first(self.headers, "content-transfer-encoding"))
        text = in_charset(body[:MAX_TEXT_BYTES], self.parameters.get("charset", ""))
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        return _without_tags(text) if self.media_type == "text/html" else text


@dataclass(frozen=True)
class Mail:
    """The headers of a mail and its leaves in the order they stand."""

    headers: Headers
    parts: list[Part]
    report_type: str

    def of(self, *media_types: str) -> list[Part]:
        """Return the parts of these media types."""
        return [part for part in self.parts if part.media_type in media_types]


def split(raw: bytes) -> Mail:
    """Return the mail in `raw`, of which at most MAX_MAIL_BYTES are read."""
    data = raw[:MAX_MAIL_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    headers, body = _headers_and_body(data)
    whole = Part(headers, body)
    report_type = whole.parameters.get("report-type", "").lower()
    return Mail(headers, list(_leaves(whole)), report_type)


def first(headers: Headers, name: str) -> str:
    """Return the first value of a header, or ""."""
    return headers.get(name, [""])[0]


def fields(block: bytes) -> Iterator[tuple[str, str]]:
    """Yield the header fields of a block unfolded, names in lower case."""
    for index, found in enumerate(_FIELD.finditer(block[:MAX_HEAD_BYTES])):
        if index >= MAX_HEADERS:
            return
        value = b" ".join(line.strip() for line in found[2].split(b"\n"))
        yield found[1].decode("ascii").lower(), in_charset(value).strip()


def header_block(block: bytes) -> Headers:
    """Return the fields of a header block, each with all of its values."""
    headers: dict[str, list[str]] = {}
    for name, value in fields(block):
        headers.setdefault(name, []).append(value)
    return headers


def unworded(value: str) -> str:
    """Return a header value with its encoded words (RFC 2047) read."""
    return _ENCODED_WORD.sub(_word, value[:2000]) if "=?" in value else value


def in_charset(body: bytes, charset: str = "") -> str:
    """Return bytes as text in `charset` where it is one we know, and readable in any case."""
    if _CHARSET.fullmatch(charset):
        try:
            return body.decode(charset, "replace")
        except LookupError:
            pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _word(found: re.Match[str]) -> str:
    charset, encoding, payload = found[1], found[2].lower(), found[3]
    raw = payload.encode("ascii", "replace")
    if encoding == "q":
        return in_charset(binascii.a2b_qp(raw, header=True), charset)
    return in_charset(_decoded(raw, "base64"), charset)


def _headers_and_body(data: bytes) -> tuple[Headers, bytes]:
    if data.startswith(b"\n"):
        return {}, data[1:]
    end = data.find(b"\n\n")
    if end < 0:
        return header_block(data), b""
    return header_block(data[:end]), data[end + 2 :]


def _leaves(whole: Part) -> Iterator[Part]:
    """Yield the leaves, closing one at each delimiter line of a multipart that is still open."""
    data, leaf, start = whole.body, whole, 0
    boundaries: list[bytes] = []
    _enter(leaf, boundaries)
    opened = 0
    for found in islice(_DELIMITER.finditer(data), MAX_DELIMITERS):
        name, closes = _boundary(found[0], boundaries)
        if not name:
            continue
        if _is_leaf(leaf, data[start : found.start()]):
            yield Part(leaf.headers, data[start : found.start()])
        if opened == MAX_PARTS:
            return
        opened += 1
        del boundaries[boundaries.index(name) + (not closes) :]
        start = found.end() + 1
        leaf = Part({}, b"")
        if not closes:
            headers, start = _part_headers(data, start)
            leaf = Part(headers, b"")
            _enter(leaf, boundaries)
    if _is_leaf(leaf, data[start:]):
        yield Part(leaf.headers, data[start:])


def _is_leaf(part: Part, body: bytes) -> bool:
    # What stands around the parts is read as text too: some programs write their notice there.
    if not part.headers or part.media_type.startswith("multipart/"):
        return bool(body.strip())
    return True


def _part_headers(data: bytes, start: int) -> tuple[Headers, int]:
    if data.startswith(b"\n", start):
        return {}, start + 1
    end = data.find(b"\n\n", start, start + MAX_HEAD_BYTES)
    if end < 0:
        return {}, start
    return header_block(data[start:end]), end + 2


def _enter(part: Part, boundaries: list[bytes]) -> None:
    boundary = part.parameters.get("boundary", "")
    multipart = part.media_type.startswith("multipart/")
    if multipart and boundary and len(boundaries) < MAX_DEPTH:
        boundaries.append(boundary.encode("utf-8", "replace"))


def _boundary(line: bytes, boundaries: list[bytes]) -> tuple[bytes, bool]:
    name = line[2:].rstrip()
    if name in boundaries:
        return name, False
    if name.endswith(b"--") and name[:-2] in boundaries:
        return name[:-2], True
    return b"", False


def _decoded(body: bytes, encoding: str) -> bytes:
    encoding = encoding.lower()
    if "quoted-printable" in encoding:
        return binascii.a2b_qp(body[: 3 * MAX_TEXT_BYTES])
    if "base64" not in encoding:
        return body[:MAX_TEXT_BYTES]
    body = body[: 2 * MAX_TEXT_BYTES]
    # Padding is what breaks first; three bytes more or less at the end tell nothing.
    for padding in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(body + padding)
        except binascii.Error:
            continue
    return body


def _without_tags(page: str) -> str:
    """Return the words of an HTML page; `find` only, as patterns over HTML invite backtracking."""
    words, position = [], 0
    while (opening := page.find("<", position)) >= 0:
        words.append(page[position:opening])
        tag = page[opening + 1 : opening + 8].lower()
        closing = page.find(">", opening)
        if closing >= 0 and tag.startswith(("style", "script")):
            closing = page.find(">", page.find("</" + tag[:5], closing))
        if closing < 0:
            return unescape("".join(words))
        if tag.startswith(_LINE_ENDING_TAGS):
            words.append("\n")
        position = closing + 1
    words.append(page[position:])
    return unescape("".join(words))
