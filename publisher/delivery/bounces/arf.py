"""Complaints: the abuse reporting format (RFC 5965), and Hotmail's, which is older than it."""

import re

from publisher.delivery.bounces import addresses, mime

_MEDIA_TYPE = "message/feedback-report"
_HOTMAIL = re.compile(r"complaint about message from", re.IGNORECASE)
_HOTMAIL_SENDERS = ("staff@hotmail.com", "complaints@email-abuse.amazonses.com")


def is_complaint(mail: mime.Mail) -> bool:
    """Say whether the mail is a feedback report."""
    if mail.report_type == "feedback-report" or mail.of(_MEDIA_TYPE):
        return True
    sender = mime.first(mail.headers, "from").lower()
    return (
        any(address in sender for address in _HOTMAIL_SENDERS)
        and _HOTMAIL.search(mime.first(mail.headers, "subject")) is not None
    )


def feedback_type(mail: mime.Mail) -> str:
    """Return the registered type, in lower case; abuse where the report has none."""
    return mime.first(_fields(mail), "feedback-type").lower()[:40] or "abuse"


def complainants(mail: mime.Mail, returned: mime.Headers) -> list[str]:
    """Return who complained, as far as the report tells; many hide it."""
    report = _fields(mail)
    named = report.get("original-rcpt-to", []) + report.get("removal-recipient", [])
    named += returned.get("x-hmxmroriginalrecipient", [])
    redacted = [value for value in report.get("redacted-address", []) if "@" in value.rstrip("@")]
    for values in (named, redacted, returned.get("to", [])[:1]):
        found = [addresses.cleaned(mime.unworded(value)) for value in values[:100]]
        if any(found):
            return list(dict.fromkeys(filter(None, found)))
    return []


def _fields(mail: mime.Mail) -> mime.Headers:
    reports = mail.of(_MEDIA_TYPE)
    return mime.header_block(reports[0].text.strip().encode("utf-8", "replace")) if reports else {}
