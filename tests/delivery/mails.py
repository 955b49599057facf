"""Mails that come back, as mail servers write them."""

from collections.abc import Sequence

_DSN = """\
From: MAILER-DAEMON@mx.reader.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.reader.example
{recipients}
--b
Content-Type: message/rfc822

From: daily@courier.example
Message-ID: <{message_id}>
Subject: The ferry is late

Good morning!

--b--
"""
_RECIPIENT = """
Final-Recipient: rfc822; {email}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
"""
_ARF = """\
From: complaints@provider.example
To: {to}
Subject: FW: The ferry is late
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

A reader called this spam.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <{email}>

--b
Content-Type: message/rfc822

From: daily@courier.example
Message-ID: <{message_id}>
Subject: The ferry is late

Good morning!

--b--
"""
GONE = ("failed", "5.1.1", "550 5.1.1 no such user")
FULL = ("failed", "5.2.2", "552 5.2.2 mailbox full")


def dsn(
    emails: Sequence[str],
    *,
    to: str = "daily@courier.example",
    message_id: str = "strange@elsewhere.example",
    told: tuple[str, str, str] = GONE,
) -> bytes:
    """Return a bounce (RFC 3464) about these recipients."""
    action, status, said = told
    blocks = "".join(
        _RECIPIENT.format(email=email, action=action, status=status, said=said) for email in emails
    )
    return _octets(_DSN.format(to=to, recipients=blocks, message_id=message_id))


def arf(
    email: str,
    *,
    to: str = "abuse@courier.example",
    message_id: str = "x@y.example",
    kind: str = "abuse",
) -> bytes:
    """Return a complaint (RFC 5965) of a reader."""
    return _octets(_ARF.format(to=to, email=email, message_id=message_id, kind=kind))


def away(to: str) -> bytes:
    """Return what a mailbox answers by itself (RFC 3834)."""
    head = f"From: ada@reader.example\nTo: {to}\nSubject: On leave\nAuto-Submitted: auto-replied"
    return _octets(f"{head}\n\nBack on Monday.\n")


def letter(to: str = "daily@courier.example") -> bytes:
    """Return what a person wrote."""
    return _octets(f"From: ada@reader.example\nTo: {to}\nSubject: Hello\n\nWhere is my ferry?\n")


def forged(address: str) -> str:
    """Return a return path with another token of the same shape."""
    local, _, domain = address.rpartition("@")
    return f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}"


def _octets(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()
