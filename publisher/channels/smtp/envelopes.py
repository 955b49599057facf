"""Addresses as SMTP commands hold them."""

import re
from functools import lru_cache

import idna

from publisher.channels.mail import Envelope as Envelope

# Nothing that could end the path or the command.
_PATH = re.compile("[^\x00-\x20\x7f-\xa0<>\u2028\u2029]+@[^\x00-\x20\x7f-\xa0<>@\u2028\u2029]+")


class Unwritable(Exception):
    """An address that this server cannot be told; the message says why."""


def commands(envelope: Envelope, *, utf8: bool) -> tuple[bytes, bytes]:
    """Return the MAIL and the RCPT line; `utf8` says whether the server offers SMTPUTF8.

    Raises Unwritable.
    """
    sender = _sender(envelope.sender)
    recipient = _path(envelope.recipient)
    international = not (sender.isascii() and recipient.isascii())
    if international and not utf8:
        raise Unwritable("5.6.7 The mail server takes no addresses with accents before the @")
    suffix = b" SMTPUTF8" if international else b""
    return b"MAIL FROM:<%b>%b\r\n" % (sender, suffix), b"RCPT TO:<%b>\r\n" % recipient


@lru_cache(maxsize=16)
def _sender(address: str) -> bytes:
    return _path(address) if address else b""


def _path(address: str) -> bytes:
    if not _PATH.fullmatch(address):
        raise Unwritable("5.1.3 This is not one e-mail address")
    if address.isascii():
        return address.encode()
    local, _, domain = address.rpartition("@")
    try:
        return local.encode() + b"@" + idna.encode(domain, uts46=True)
    except UnicodeError as error:
        raise Unwritable("5.1.2 No mail can be sent to this domain") from error
