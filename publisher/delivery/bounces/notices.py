"""The notice in a report: its words, where they end, and the mail that they return."""

import re
from dataclasses import dataclass
from functools import cached_property

from publisher.delivery.bounces import addresses, dsn, mime, signs

_RETURNED_TYPES = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/global-headers",
    "message/rfc822-headers",
)
_SENT_TO = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "apparently-to")
MAX_SENT_TO = 20

_RETURNED = signs.one_of(signs.RETURNED, before=r"^[ \t|>*+-]{0,60}")
_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,8}(?:original-)?message-?id:\s{0,8}<?([^\s<>]{1,250}@[^\s<>]{1,250})",
    re.IGNORECASE | re.MULTILINE,
)
_ID = re.compile(r"<([^\s<>]{1,250}@[^\s<>]{1,250})>")


@dataclass(frozen=True, eq=False)
class Notice:
    """A mail read as the notice of a failure."""

    mail: mime.Mail

    @cached_property
    def words(self) -> str:
        """What a person would read, up to the returned mail."""
        return self._halves[0]

    @cached_property
    def returned(self) -> mime.Headers:
        """The headers of the mail that is returned; empty where it is not."""
        for part in self.mail.of(*_RETURNED_TYPES):
            headers = mime.header_block(
                part.body.lstrip()[: mime.MAX_HEAD_BYTES].split(b"\n\n", 1)[0]
            )
            if headers:
                return headers
        return _quoted_headers(self._halves[1])

    @cached_property
    def message_id(self) -> str:
        """The Message-ID of the mail that it is about, or ""."""
        for value in self.returned.get("message-id", []):
            return value.strip("<> ")[:500]
        texts = [
            part.text for part in self.mail.of("message/disposition-notification", *dsn.MEDIA_TYPES)
        ]
        for text in (self._halves[1], *texts, self.words):
            found = _MESSAGE_ID.search(text)
            if found:
                return found[1]
        # Gmail and Exchange answer the mail that failed, as a person would (RFC 5322 3.6.4).
        for name in ("in-reply-to", "references"):
            ids = _ID.findall(mime.first(self.mail.headers, name))
            if ids:
                return str(ids[-1])
        return ""

    @cached_property
    def sent_to(self) -> list[str]:
        """The addresses the notice was sent to."""
        values = [value for name in _SENT_TO for value in self.mail.headers.get(name, [])[:10]]
        return list(
            dict.fromkeys(address for value in values for address in addresses.found(value))
        )[:MAX_SENT_TO]

    @cached_property
    def senders(self) -> list[str]:
        """Who sent the mail that is returned."""
        values = [mime.first(self.returned, name) for name in ("from", "return-path", "sender")]
        return [address for value in values for address in addresses.found(value)]

    @cached_property
    def subject(self) -> str:
        """The subject, decoded, in lower case."""
        return mime.unworded(mime.first(self.mail.headers, "subject")).lower()

    @cached_property
    def sender(self) -> str:
        """The From header, decoded, in lower case."""
        return mime.unworded(mime.first(self.mail.headers, "from"))[:500].lower()

    @cached_property
    def _halves(self) -> tuple[str, str]:
        texts = self.mail.of("text/plain") or self.mail.of("text/html")
        texts = texts or [
            part for part in self.mail.parts if part.media_type.startswith(("multipart/", "text/"))
        ]
        text = "\n\n".join(part.text for part in texts[:8])[: mime.MAX_TEXT_BYTES].lstrip()
        # A notice has words of its own before it returns anything.
        found = _RETURNED.search(text, 1)
        return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _quoted_headers(text: str) -> mime.Headers:
    """Return the header block in a text that begins with a line like "copy of the message"."""
    for paragraph in text[: mime.MAX_HEAD_BYTES].split("\n\n")[:6]:
        headers = mime.header_block(paragraph.strip().encode("utf-8", "replace"))
        if "from" in headers or "to" in headers or "message-id" in headers:
            return headers
    return {}
