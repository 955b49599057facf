"""Reports as each service writes and signs them, from its documentation."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

READER = "reader@example.org"
_PRIVATE = ec.generate_private_key(ec.SECP256R1())
_PUBLIC = _PRIVATE.public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
_SVIX = b"a secret of 24 octets !!"


@dataclass(frozen=True)
class Posted:
    """A report: its body, and the headers that it comes with."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


# Signs a body as written at a moment.
Sign = Callable[[Any, datetime], Posted]


@dataclass(frozen=True)
class Sample:
    """A service: what its relay was told, and what it says for a delivery's mark."""

    credentials: dict[str, str]
    delivered: Callable[[str], Any]
    bounced: Callable[[str], Any]
    deferred: Callable[[str], Any] | None
    complained: Callable[[str], Any]
    sign: Sign = lambda said, _: Posted(json.dumps(said).encode())


def _mailgun_signed(said: Any, at: datetime) -> Posted:
    stamp, token = str(int(at.timestamp())), "a token of fifty"
    tag = hmac.digest(b"the-signing-key", f"{stamp}{token}".encode(), hashlib.sha256).hex()
    signature = {"timestamp": stamp, "token": token, "signature": tag}
    return Posted(json.dumps({**said, "signature": signature}).encode())


def _mailersend_signed(said: Any, _: datetime) -> Posted:
    body = json.dumps(said).encode()
    tag = hmac.digest(b"the-signing-key", body, hashlib.sha256).hex()
    return Posted(body, {"Signature": tag})


def _sendgrid_signed(said: Any, at: datetime) -> Posted:
    body, stamp = json.dumps(said).encode(), str(int(at.timestamp()))
    tag = _PRIVATE.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    name = "X-Twilio-Email-Event-Webhook"
    return Posted(body, {f"{name}-Signature": b64encode(tag).decode(), f"{name}-Timestamp": stamp})


def _resend_signed(said: Any, at: datetime) -> Posted:
    body, stamp = json.dumps(said).encode(), str(int(at.timestamp()))
    tag = hmac.digest(_SVIX, f"msg_1.{stamp}.".encode() + body, hashlib.sha256)
    shown = f"v1,bm90IHRoaXM= v1,{b64encode(tag).decode()}"
    return Posted(body, {"svix-id": "msg_1", "svix-timestamp": stamp, "svix-signature": shown})


def _sns_signed(said: Any, _: datetime) -> Posted:
    outer = {
        "Type": "Notification",
        "MessageId": f"sns-{said['eventType']}",
        "TopicArn": "arn:aws:sns:eu-west-1:1:reports",
        "Timestamp": "2026-11-23T08:00:00.000Z",
        "Message": json.dumps(said),
    }
    headers = {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": outer["MessageId"],
    }
    return Posted(json.dumps(outer).encode(), headers)


def _ses(kind: str, mark: str, **more: object) -> dict[str, Any]:
    mail = {"messageId": "ses", "destination": [READER], "tags": {"delivery": [mark]}}
    return {"eventType": kind, "mail": mail, **more}


def _brevo(event: str, mark: str, reason: str = "") -> dict[str, Any]:
    return {
        "event": event,
        "email": READER,
        "ts_epoch": 1_795_420_800_000,
        "message-id": "<brevo>",
        "X-Mailin-custom": json.dumps({"delivery": mark}),
        "reason": reason,
    }


def _mailersend(event: str, mark: str, **morph: str) -> dict[str, Any]:
    email = {"message": {"id": "ms"}, "recipient": {"email": READER}, "tags": [mark]}
    data = {"id": f"ms-{event}", "type": event, "created_at": "2026-11-23T08:00:00Z"}
    return {"type": f"activity.{event}", "data": {**data, "email": email, "morph": morph or None}}


def _mailgun(event: str, mark: str, **more: object) -> dict[str, Any]:
    said = {"event": event, "recipient": READER, "timestamp": 1_795_420_800.0}
    return {"event-data": {**said, "user-variables": {"delivery": mark}, **more}}


def _mailjet(event: str, mark: str, **more: object) -> dict[str, Any]:
    said = {"event": event, "email": READER, "time": 1_795_420_800, "MessageID": 7}
    return {**said, "Payload": json.dumps({"delivery": mark}), **more}


def _postmark(kind: str, mark: str, **more: object) -> dict[str, Any]:
    return {"RecordType": kind, "MessageID": "pm", "Metadata": {"delivery": mark}, **more}


def _resend(kind: str, mark: str, **more: object) -> dict[str, Any]:
    headers = [{"name": "X-Metadata", "value": json.dumps({"delivery": mark})}]
    data = {"email_id": "rs", "to": [READER], "headers": headers, **more}
    return {"type": f"email.{kind}", "created_at": "2026-11-23T08:00:00.000Z", "data": data}


def _sendgrid(event: str, mark: str, **more: object) -> list[dict[str, Any]]:
    said = {"event": event, "email": READER, "timestamp": 1_795_420_800, "delivery": mark}
    return [{**said, "sg_event_id": f"sg-{event}", **more}]


def _sparkpost(event: str, mark: str, **more: object) -> list[dict[str, Any]]:
    said = {"type": event, "timestamp": "1795420800", "raw_rcpt_to": READER, "event_id": event}
    return [{"msys": {"message_event": {**said, "rcpt_meta": {"delivery": mark}, **more}}}]


_GONE = "550 5.1.1 No such user"

SAMPLES: dict[str, Sample] = {
    "amazon_ses": Sample(
        {"key": "k", "secret": "s", "region": "eu-west-1"},
        lambda mark: _ses("Delivery", mark, delivery={"recipients": [READER]}),
        lambda mark: _ses(
            "Bounce",
            mark,
            bounce={
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": READER, "diagnosticCode": _GONE}],
            },
        ),
        None,
        lambda mark: _ses(
            "Complaint", mark, complaint={"complainedRecipients": [{"emailAddress": READER}]}
        ),
        _sns_signed,
    ),
    "brevo": Sample(
        {"key": "k"},
        lambda mark: _brevo("delivered", mark),
        lambda mark: _brevo("hard_bounce", mark, _GONE),
        lambda mark: _brevo("deferred", mark, "452 4.2.2 Full"),
        lambda mark: _brevo("spam", mark),
    ),
    "mailersend": Sample(
        {"key": "k", "signing_key": "the-signing-key"},
        lambda mark: _mailersend("delivered", mark),
        lambda mark: _mailersend("hard_bounced", mark, object="recipient_bounce", reason=_GONE),
        None,
        lambda mark: _mailersend("spam_complaint", mark, object="spam_complaint"),
        _mailersend_signed,
    ),
    "mailgun": Sample(
        {"key": "k", "domain": "mg.example", "signing_key": "the-signing-key"},
        lambda mark: _mailgun("delivered", mark),
        lambda mark: _mailgun(
            "failed",
            mark,
            severity="permanent",
            reason="bounce",
            **{"delivery-status": {"message": _GONE}},
        ),
        lambda mark: _mailgun("failed", mark, severity="temporary", reason="generic"),
        lambda mark: _mailgun("complained", mark),
        _mailgun_signed,
    ),
    "mailjet": Sample(
        {"key": "k", "secret": "s"},
        lambda mark: _mailjet("sent", mark),
        lambda mark: _mailjet("bounce", mark, hard_bounce=True, error="user unknown"),
        lambda mark: _mailjet("bounce", mark, hard_bounce=False, error="greylisted"),
        lambda mark: _mailjet("spam", mark),
    ),
    "postmark": Sample(
        {"key": "k"},
        lambda mark: _postmark("Delivery", mark, Recipient=READER),
        lambda mark: _postmark("Bounce", mark, ID=1, Type="HardBounce", Details=_GONE),
        lambda mark: _postmark("Bounce", mark, ID=2, Type="Transient"),
        lambda mark: _postmark("SpamComplaint", mark, ID=3, Type="SpamComplaint"),
    ),
    "resend": Sample(
        {"key": "k", "signing_key": f"whsec_{b64encode(_SVIX).decode()}"},
        lambda mark: _resend("delivered", mark),
        lambda mark: _resend(
            "bounced", mark, bounce={"type": "Permanent", "message": "sent a hard bounce message"}
        ),
        lambda mark: _resend("delivery_delayed", mark),
        lambda mark: _resend("complained", mark),
        _resend_signed,
    ),
    "sendgrid": Sample(
        {"key": "k", "signing_key": b64encode(_PUBLIC).decode()},
        lambda mark: _sendgrid("delivered", mark),
        lambda mark: _sendgrid("bounce", mark, type="bounce", reason=_GONE),
        lambda mark: _sendgrid("deferred", mark, response="452 4.2.2 Full"),
        lambda mark: _sendgrid("spamreport", mark),
        _sendgrid_signed,
    ),
    "sparkpost": Sample(
        {"key": "k"},
        lambda mark: _sparkpost("delivery", mark),
        lambda mark: _sparkpost("bounce", mark, bounce_class="10", raw_reason=_GONE),
        lambda mark: _sparkpost("delay", mark, bounce_class="20"),
        lambda mark: _sparkpost("spam_complaint", mark),
    ),
}
