"""Notifications of Amazon SES, which come as JSON inside a mail (SNS by e-mail)."""

import json
import re
from typing import Any

from publisher.delivery.bounces.notices import Notice
from publisher.delivery.bounces.report import Finding

# https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html; the largest has some 20 kB.
MAX_JSON = 60_000

_TYPE = re.compile(r"(?:notificationType|eventType)\W{1,8}(Bounce|Complaint|Delivery)\b")


def notification(notice: Notice) -> dict[str, Any] | None:
    """Return the notification in a mail, or None where there is none."""
    text = notice.mail.parts[0].text if notice.mail.parts else ""
    if not _TYPE.search(text[:MAX_JSON]):
        return None
    # SNS breaks long lines with "!" and a space, and signs off behind a line of two hyphens.
    text = text[:MAX_JSON].partition("\n\n--\n")[0].replace("!\n ", "")
    found = _object(text)
    if found and isinstance(found.get("Message"), str):
        return _object(found["Message"])
    return found


def findings(notification: dict[str, Any]) -> list[Finding]:
    """Return what a bounce or delivery notification says of each recipient."""
    bounce = _mapping(notification, "bounce")
    found = [
        Finding(
            recipient=_text(one, "emailAddress"),
            action=_text(one, "action").lower(),
            status=_text(one, "status"),
            diagnostic=_text(one, "diagnosticCode").partition(";")[2]
            or _text(bounce, "bounceSubType"),
        )
        for one in _mappings(bounce, "bouncedRecipients")
    ]
    delivered = _mapping(notification, "delivery").get("recipients")
    if isinstance(delivered, list):
        found += [Finding(str(address), action="delivered") for address in delivered[:100]]
    return [finding for finding in found if finding.recipient]


def complainants(notification: dict[str, Any]) -> list[str]:
    """Return who complained."""
    complaint = _mapping(notification, "complaint")
    return [_text(one, "emailAddress") for one in _mappings(complaint, "complainedRecipients")]


def feedback_type(notification: dict[str, Any]) -> str:
    """Return the complaint's type."""
    return _text(_mapping(notification, "complaint"), "complaintFeedbackType").lower() or "abuse"


def message_id(notification: dict[str, Any]) -> str:
    """Return the Message-ID of the mail as we wrote it, or as SES did."""
    mail = _mapping(notification, "mail")
    ours = _text(_mapping(mail, "commonHeaders"), "messageId")
    return (ours or _text(mail, "messageId")).strip("<>")


def _object(text: str) -> dict[str, Any] | None:
    start = text.find("{")
    try:
        found = json.JSONDecoder(strict=False).raw_decode(text[start:])[0] if start >= 0 else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _mapping(parent: dict[str, Any], name: str) -> dict[str, Any]:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _mappings(parent: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = parent.get(name)
    return [one for one in found[:100] if isinstance(one, dict)] if isinstance(found, list) else []


def _text(parent: dict[str, Any], name: str) -> str:
    found = parent.get(name)
    return found if isinstance(found, str) else ""
