"""Reports as mail servers send them, about a mail of ours to Ada."""

ADA = "ada@reader.example"
OURS = "bounces+k7@our.example"
MESSAGE_ID = "k7.1@our.example"


def mail(headers: str, body: str) -> bytes:
    """Return a mail to the address that our mails give for their return."""
    return f"{headers}\nTo: {OURS}\n\n{body}".encode()


def multipart(subject: str, report_type: str, *parts: str, sender: str = "") -> bytes:
    """Return a multipart/report (RFC 6522) of parts that bring their own headers."""
    headers = (
        f"From: {sender or 'Mail Delivery System <MAILER-DAEMON@hub.example>'}\n"
        f"Subject: {subject}\n"
        f'Content-Type: multipart/report; report-type={report_type}; boundary="=_b"'
    )
    return mail(headers, "".join(f"--=_b\n{part}\n" for part in parts) + "--=_b--\n")


def text(words: str) -> str:
    """Return the part that a person reads."""
    return f"Content-Type: text/plain; charset=utf-8\n\n{words}\n"


def status(*groups: str) -> str:
    """Return a message/delivery-status part, a group of fields for each recipient."""
    blocks = "\n\n".join(["Reporting-MTA: dns; hub.example", *groups])
    return f"Content-Type: message/delivery-status\n\n{blocks}\n"


def returned(to: str = ADA) -> str:
    """Return the mail that came back."""
    return (
        "Content-Type: message/rfc822\n\n"
        f"From: News <news@our.example>\nTo: {to}\nMessage-ID: <{MESSAGE_ID}>\n\nGood morning!\n"
    )


def failed(diagnostic: str, code: str = "5.0.0", recipient: str = ADA, words: str = "") -> bytes:
    """Return a bounce of the common kind, where `words` are the notice."""
    fields = (
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\n"
        f"Status: {code}\nDiagnostic-Code: smtp; {diagnostic}"
    )
    notice = text(words or f"<{recipient}>: {diagnostic}")
    return multipart("Undelivered Mail", "delivery-status", notice, status(fields), returned())
