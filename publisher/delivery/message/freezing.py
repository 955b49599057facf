"""Freezing: what a template rendered becomes MIME (RFC 2045, 2046) with slots, once an edition."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publisher.delivery.message import headers, quoted_printable
from publisher.delivery.message.addresses import ascii_address, domain, shown
from publisher.delivery.message.frozen import Encoding, Frozen, Line, Segment, Slot, joined
from publisher.delivery.message.marks import Marks
from publisher.errors import Refused

# RFC 5322 section 3.6.8, and short enough to leave room for a value on its line.
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,44}")
# RFC 5322 section 3.6: at most one of each; these are written here or by `build`.
_OURS = {
    *("from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to"),
    *("list-id", "list-archive", "list-unsubscribe", "list-unsubscribe-post"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}


@dataclass(frozen=True)
class Draft:
    """A mail as it was composed; marks may stand in subject, text, html and extra headers.

    `reply_to`, `list_id` and `archive_url` are "" where there is none. `one_click` adds the list
    headers of RFC 8058, which need the slot `unsubscribe_url`; a confirmation mail has none of
    them.
    """

    sender_name: str
    sender_address: str
    subject: str
    text: str
    html: str
    message_domain: str
    reply_to: str = ""
    list_id: str = ""
    list_name: str = ""
    archive_url: str = ""
    one_click: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


def freeze(draft: Draft, marks: Marks) -> Frozen:
    """Return `draft` as bytes and slots; raises Refused where it cannot be a mail."""
    _refuse_blanks(draft)
    # Quoted-printable never writes "=_", so no text can hold the boundary.
    boundary = f"=_{secrets.token_hex(12)}".encode()
    try:
        segments = joined((*_headers(draft, marks), *_parts(draft, marks, boundary)))
    except UnicodeEncodeError as error:
        raise Refused("The mail contains half a character (a lone surrogate).") from error
    return Frozen(domain(draft.message_domain, "message domain"), segments)


def _refuse_blanks(draft: Draft) -> None:
    for part in ("subject", "text", "html"):
        if not getattr(draft, part).strip():
            raise Refused(f"The mail has no {part}; write one.")


def _headers(draft: Draft, marks: Marks) -> Iterator[Segment]:
    name = marks.literal(draft.sender_name, "sender name")
    yield headers.mailbox("From", name, draft.sender_address, "sender")
    if draft.reply_to:
        yield f"Reply-To: {ascii_address(draft.reply_to, 'reply-to address')}\r\n".encode()
    yield _line("Subject", draft.subject, marks)
    if draft.list_id:
        name = marks.literal(draft.list_name, "list name")
        yield headers.list_id(name, domain(draft.list_id, "list id"))
    if draft.archive_url:
        yield b"List-Archive: <%b>\r\n" % headers.link(draft.archive_url, "archive's address")
    if draft.one_click:
        yield b"List-Unsubscribe: <"
        yield Slot("unsubscribe_url", "raw")
        yield b">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    yield from _extra(draft, marks)


def _extra(draft: Draft, marks: Marks) -> Iterator[Segment]:
    seen = set(_OURS)
    for name, text in draft.headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in seen:
            raise Refused(f"The mail cannot have an extra header {shown(name)}.")
        seen.add(name.lower())
        yield _line(name, text, marks)


def _line(header: str, text: str, marks: Marks) -> Segment:
    pieces = marks.split(text, header.lower())
    for literal in pieces[::2]:
        headers.no_controls(literal, header.lower())
    if len(pieces) == 1:
        return headers.unstructured(header, text, header.lower())
    return Line(header, tuple(pieces))


def _parts(draft: Draft, marks: Marks, boundary: bytes) -> Iterator[Segment]:
    yield b"MIME-Version: 1.0\r\n"
    yield b'Content-Type: multipart/alternative; boundary="%b"\r\n\r\n' % boundary
    yield b"--%b\r\n%b" % (boundary, _part_headers("plain"))
    yield from _body(marks.split(draft.text, "text"), "text")
    yield b"\r\n--%b\r\n%b" % (boundary, _part_headers("html"))
    yield from _body(marks.split(draft.html, "html"), "html")
    yield b"\r\n--%b--\r\n" % boundary


def _part_headers(subtype: str) -> bytes:
    return (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def _body(pieces: list[str], encoding: Encoding) -> Iterator[Segment]:
    """Encode every piece on its own and start it on a line of its own, so that any value fits."""
    column = 0
    for place, piece in enumerate(pieces):
        if place % 2:
            yield quoted_printable.SOFT_BREAK if column else b""
            yield Slot(piece, encoding)
            column = 1
        elif piece:
            literal = quoted_printable.encode(piece)
            after_slot = column and not literal.startswith(b"\r\n")
            yield (quoted_printable.SOFT_BREAK if after_slot else b"") + literal
            column = 0 if literal.endswith(b"\r\n") else 1
