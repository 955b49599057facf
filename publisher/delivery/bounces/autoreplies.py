"""Answers that no person wrote at that moment (RFC 3834), and read receipts (RFC 8098)."""

import re

from publisher.delivery.bounces import mime, signs
from publisher.delivery.bounces.notices import Notice

_DAEMON = re.compile(r"mailer-?daemon|postmaster@|root@", re.IGNORECASE)
_SUBJECT = signs.one_of(
    signs.AUTOMATIC_SUBJECTS,
    before=r"(?:^\s{0,8}(?:\w{2,4}: ?)?|\((?=auto)|\b(?=out of (?:the )?office))",
)
_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation")


def is_reply(notice: Notice) -> bool:
    """Say whether the mail answers for somebody, by its headers."""
    headers = notice.mail.headers
    if _DAEMON.search(notice.sender) or "x-failed-recipients" in headers:
        return False
    submitted = mime.first(headers, "auto-submitted").lower()
    return (
        (submitted.startswith(("auto-replied", "auto-notified")) and "reject" not in submitted)
        or mime.first(headers, "precedence").lower() in ("auto_reply", "auto-reply")
        or "vacation" in mime.first(headers, "x-apple-action").lower()
        or any(name in headers for name in _HEADERS)
        or _SUBJECT.search(notice.subject) is not None
    )


def is_automatic(notice: Notice) -> bool:
    """Say whether a program sent the mail by itself, and it is no notice of a failure either."""
    submitted = mime.first(notice.mail.headers, "auto-submitted").lower()
    return submitted.startswith("auto-") and not _DAEMON.search(notice.sender)


def is_receipt(notice: Notice) -> bool:
    """Say whether the mail tells that a mail was shown, deleted or passed on."""
    receipts = notice.mail.of("message/disposition-notification")
    # Dovecot reports what it refuses in the shape of a receipt.
    return bool(receipts) and "rejected" not in notice.words[:2000].lower()
