"""A finished mail taken apart, for services that put it together again themselves."""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

import idna

from publisher.channels import Permanent

# What the service writes itself, or is told otherwise than as a header. A signature of ours would
# not hold for what the service makes of the mail; it signs with the domain's key that it was given.
_SPOKEN_FOR = {
    *("from", "to", "subject", "reply-to", "date", "message-id", "dkim-signature", "return-path"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_WORD = re.compile(r"=\?utf-8\?([qb])\?([^?]*)\?=", re.IGNORECASE)
# RFC 2047 section 6.2: the space between two encoded words is not part of the text.
_BETWEEN = re.compile(r"(?<=\?=)[ \t]+(?==\?utf-8\?)", re.IGNORECASE)
_QUOTED_PAIR = re.compile(r"\\(.)")
# Where the services that fill templates (handlebars, pongo2, MailerSend's own) begin to read.
_OPENING = re.compile(r"\{(?=[{%$])")
_STYLE = re.compile(r"(<style\b.*?</style>)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parts:
    """A mail in pieces; senders and recipients as `"name" <address>` in plain Unicode.

    `headers` are all that no other field speaks for; `message_id` has no angle brackets.
    """

    sender: str
    recipient: str
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    headers: Mapping[str, str]

    @property
    def mark(self) -> str:
        """Return what stands for the delivery: the half of its Message-ID that is signed."""
        return self.message_id.partition("@")[0]

    def without_templates(self) -> "Parts":
        """Return the mail for a service that fills templates: nothing in it is one."""
        # A word joiner (U+2060) has no width, and braces in HTML have a name.
        html = (
            piece if place % 2 else _OPENING.sub("&#123;", piece)
            for place, piece in enumerate(_STYLE.split(self.html))
        )
        return Parts(
            self.sender,
            self.recipient,
            self.reply_to,
            _OPENING.sub("{\u2060", self.subject),
            _OPENING.sub("{\u2060", self.text),
            "".join(html),
            self.message_id,
            self.headers,
        )


def taken_apart(raw: bytes) -> Parts:
    """Return the pieces of a mail that `delivery.message` built.

    Raises Permanent for a piece that would be lost on the way.
    """
    mail = message_from_bytes(raw)
    bodies = dict(_bodies(mail))
    return Parts(
        sender=_mailbox(mail, "From"),
        recipient=_mailbox(mail, "To"),
        reply_to=_mailbox(mail, "Reply-To"),
        subject=_text(mail, "Subject"),
        text=bodies.get("text/plain", ""),
        html=bodies.get("text/html", ""),
        message_id=message_id(mail),
        headers={name: _text(mail, name) for name in mail if name.lower() not in _SPOKEN_FOR},
    )


def mark(raw: bytes) -> str:
    """Return what stands for the delivery; of all of the mail, only the headers are read."""
    return message_id(message_from_bytes(raw.partition(b"\r\n\r\n")[0])).partition("@")[0]


def ascii_address(address: str) -> str:
    """Return an address with its domain in A-labels, where it can have any."""
    local, _, domain = address.rpartition("@")
    try:
        return (
            address if address.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"
        )
    except UnicodeError:
        return address


def message_id(mail: Message) -> str:
    """Return the Message-ID without its brackets."""
    return str(mail.get("Message-ID", "")).strip().strip("<>")


def _bodies(mail: Message) -> Iterator[tuple[str, str]]:
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "multipart/alternative":
            continue
        if kind not in ("text/plain", "text/html") or part.get_filename():
            raise Permanent(
                f"The mail has a part of type {kind}, which a mail service would not be told of; "
                "send it by an SMTP relay."
            )
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)  # noqa: S101 - not multipart
        yield kind, content.decode().replace("\r\n", "\n")


def _text(mail: Message, header: str) -> str:
    return decoded(_FOLD.sub("", str(mail.get(header, ""))))


def decoded(text: str) -> str:
    """Return what the encoded words in an unfolded header say; each holds whole characters."""
    return _WORD.sub(_spoken, _BETWEEN.sub("", text))


def _spoken(word: re.Match[str]) -> str:
    encoding, content = word.groups()
    octets = a2b_qp(content, header=True) if encoding in "qQ" else a2b_base64(content)
    return octets.decode()


def _mailbox(mail: Message, header: str) -> str:
    """Return `"name" <address>`, or the address alone, or ""."""
    value = _FOLD.sub("", str(mail.get(header, ""))).strip()
    if not value.endswith(">"):
        return value
    phrase, _, address = value.rpartition("<")
    phrase = phrase.strip()
    name = _QUOTED_PAIR.sub(r"\1", phrase[1:-1]) if phrase.startswith('"') else decoded(phrase)
    quoted = name.replace("\\", r"\\").replace('"', r"\"")
    return f'"{quoted}" <{address}'
