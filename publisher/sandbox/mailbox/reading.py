"""A stored mail as a person reads it, however badly it was made."""

from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from html.parser import HTMLParser


def head(raw: bytes) -> dict[str, str]:
    """Return the decoded headers by lower-case name, the first of each."""
    mail = BytesHeaderParser(policy=compat32).parsebytes(raw)
    return {name.lower(): value for name, value in reversed(_decoded(mail))}


def headers(raw: bytes) -> list[tuple[str, str]]:
    """Return all headers, decoded, in the order they came."""
    return _decoded(BytesHeaderParser(policy=compat32).parsebytes(raw))


def body(raw: bytes, subtype: str) -> str:
    """Return the first body of a kind, `plain` or `html`; "" where there is none."""
    mail = message_from_bytes(raw, policy=compat32)
    for part in mail.walk():
        if part.get_content_type() == f"text/{subtype}" and not part.get_filename():
            return _text(part)
    return ""


def source(raw: bytes) -> str:
    """Return the mail as it came, as text."""
    return raw.decode("utf-8", "replace").replace("\r\n", "\n")


def links(html: str) -> list[tuple[str, str]]:
    """Return what can be followed in an HTML body: the words of each link and its address."""
    anchors = _Anchors()
    anchors.feed(html)
    anchors.close()
    return [
        (" ".join(words.split()) or href, href)
        for words, href in anchors.found
        if href.startswith(("http://", "https://"))
    ]


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a link, or take a picture's words."""
        if tag == "a":
            self._within = True
            self.found.append(("", dict(attrs).get("href") or ""))
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """End a link."""
        self._within = self._within and tag != "a"

    def handle_data(self, data: str) -> None:
        """Take a link's words."""
        if self._within:
            words, href = self.found[-1]
            self.found[-1] = (f"{words} {data}", href)


def _decoded(mail: "Message[str, str]") -> list[tuple[str, str]]:
    return [(name, "".join(_value(str(value)))) for name, value in mail.items()]


def _value(raw: str) -> Iterator[str]:
    unfolded = raw.replace("\r", "").replace("\n", "")
    try:
        yield str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        yield unfolded


def _text(part: "Message[str, str]") -> str:
    payload = part.get_payload(decode=True)
    octets = payload if isinstance(payload, bytes) else b""
    try:
        text = octets.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")
