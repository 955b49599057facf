"""What is asked of a service: one mail's pieces as anymail puts them, or those of many at once."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anymail.message import AnymailMessage

from publisher.channels.esp.apart import Parts
from publisher.channels.esp.services import Service

# One mail's fields, as anymail would post them.
Fields = dict[str, Any]
_HEADERS_OF_A_VERSION = ("to", "subject", "htmlContent", "textContent", "replyTo", "headers")


@dataclass(frozen=True, slots=True)
class Form:
    """How many mails are put into one call, and the answer parted into one for each of them.

    `joined` gets the fields of every mail and a key that is the same for the same mails; `parted`
    may return one part that holds for all.
    """

    path: str
    joined: Callable[[Sequence[Fields], str], Any]
    parted: Callable[[Any], Sequence[Any]]


def message(parts: Parts, service: Service) -> AnymailMessage:
    """Return a mail as anymail wants it, with nothing in it that the service would change."""
    if service.templates:
        parts = parts.without_templates()
    mail = AnymailMessage(
        subject=parts.subject,
        body=parts.text,
        from_email=parts.sender,
        to=[parts.recipient],
        reply_to=[parts.reply_to] if parts.reply_to else None,
        headers=_headers(parts, service),
    )
    if parts.html:
        mail.attach_alternative(parts.html, "text/html")
    if service.mark == "tags":
        mail.tags = [parts.mark]
    else:
        mail.metadata = {"delivery": parts.mark}
    if service.can_be_told_not_to_track:
        # Links and pictures are signed, and counted, by us.
        mail.track_clicks = mail.track_opens = False
    return mail


def alone(fields: Fields, service: Service, idempotency: str) -> Fields:
    """Return what to post for one mail."""
    if service.idempotency != "field":
        return fields
    return {**fields, "headers": {**fields["headers"], "idempotencyKey": idempotency}}


def key(marks: Sequence[str]) -> str:
    """Return the idempotency key of a call: for the same mails, and no others, the same UUID."""
    digest = hashlib.sha256("\n".join(marks).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5))


def _headers(parts: Parts, service: Service) -> dict[str, str]:
    headers = dict(parts.headers)
    if service.keeps_message_id:
        headers["Message-ID"] = f"<{parts.message_id}>"
        if service.title == "Postmark":
            # Without it the id is replaced by one of theirs.
            headers["X-PM-KeepID"] = "true"
    return headers


def _messages(fields: Sequence[Fields], _: str) -> Any:
    return list(fields)


def _mailjet(fields: Sequence[Fields], _: str) -> Any:
    return {"Messages": [{**each["Globals"], **each["Messages"][0]} for each in fields]}


def _brevo(fields: Sequence[Fields], idempotency: str) -> Any:
    common = {name: fields[0][name] for name in ("sender", "subject", "htmlContent")}
    versions = [
        {name: each[name] for name in _HEADERS_OF_A_VERSION if name in each} for each in fields
    ]
    return {**common, "headers": {"idempotencyKey": idempotency}, "messageVersions": versions}


# Each part is what anymail would have got for this mail alone, and reads it.
FORMS: Mapping[str, Form] = {
    "brevo": Form(
        "smtp/email",
        _brevo,
        lambda said: [{"messageId": message_id} for message_id in said["messageIds"]],
    ),
    # One answer for all: what becomes of each is told by webhooks alone.
    "mailersend": Form("bulk-email", _messages, lambda said: [said]),
    "mailjet": Form("send", _mailjet, lambda said: [{"Messages": [m]} for m in said["Messages"]]),
    "postmark": Form("email/batch", _messages, list),
    "resend": Form("emails/batch", _messages, lambda said: list(said["data"])),
}
