"""What a mail service's report says about a delivery, out of what anymail read in it."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from publisher import links, wiring
from publisher.delivery.models import Report
from publisher.delivery.reports import Finding

_REASON = 300
# RFC 3463: class, subject and detail.
_STATUS = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
_OF_STATUS = {
    **dict.fromkeys([("1", "1"), ("1", "2"), ("1", "3"), ("1", "6"), ("1", "10")], "invalid"),
    ("2", "1"): "inactive",
    ("2", "2"): "full",
    ("2", "3"): "size",
    ("3", "4"): "size",
}
_OF_SUBJECT = {"4": "transient", "7": "policy"}
_OF_REASON = {
    RejectReason.INVALID: "invalid",
    RejectReason.BLOCKED: "policy",
    RejectReason.TIMED_OUT: "transient",
    RejectReason.SPAM: "policy",
}
# What tells that nobody has this address, or will have it.
_GONE = frozenset({"invalid", "inactive"})
# What a refusal by the service itself says about an earlier mail to the same address.
_SUPPRESSED = frozenset({RejectReason.INVALID, RejectReason.BOUNCED})
_KINDS = {
    EventType.BOUNCED: Report.Kind.BOUNCE,
    EventType.REJECTED: Report.Kind.BOUNCE,
    EventType.FAILED: Report.Kind.BOUNCE,
    EventType.DEFERRED: Report.Kind.BOUNCE,
    EventType.COMPLAINED: Report.Kind.COMPLAINT,
    # By a link or a button of the service's: it would take no more mail for them.
    EventType.UNSUBSCRIBED: Report.Kind.COMPLAINT,
    EventType.AUTORESPONDED: Report.Kind.AUTOREPLY,
    EventType.DELIVERED: Report.Kind.DELIVERED,
}


def finding(service: str, event: AnymailTrackingEvent) -> Finding | None:
    """Return what an event says; None where it is none of ours, or of no interest."""
    delivery_id = next((found for mark in _marks(event) if (found := links.delivery(mark))), None)
    kind = _KINDS.get(event.event_type)
    if delivery_id is None or kind is None:
        return None
    group = _group(service, event, kind)
    return Finding(
        delivery_id=delivery_id,
        kind=kind,
        group=group,
        hard=kind == Report.Kind.COMPLAINT or _is_hard(service, event, group),
        permanent=kind == Report.Kind.BOUNCE and event.event_type != EventType.DEFERRED,
        reason=_reason(service, event),
        source=Report.Source.WEBHOOK,
        fingerprint=_fingerprint(service, event),
    )


def _marks(event: AnymailTrackingEvent) -> Iterator[str]:
    """Return everything that may be the signed mark of a delivery."""
    yield from map(str, [(event.metadata or {}).get("delivery", ""), *(event.tags or [])])
    # Amazon returns its tags in lists of their own; who was handed bytes knows their Message-ID.
    yield from map(str, _dig(event.esp_event, "mail", "tags", "delivery") or [])
    yield str(event.message_id or "").strip("<>").partition("@")[0]


def _group(service: str, event: AnymailTrackingEvent, kind: str) -> str:
    if event.event_type == EventType.UNSUBSCRIBED:
        return "unsubscribed"
    if kind != Report.Kind.BOUNCE:
        return kind
    if found := _STATUS.search(_words(event)):
        subject, detail = found.groups()
        if group := _OF_STATUS.get((subject, detail)) or _OF_SUBJECT.get(subject):
            return group
    if group := _OF_REASON.get(event.reject_reason):
        return group
    return "invalid" if _is_permanent(service, event) else "transient"


def _is_hard(service: str, event: AnymailTrackingEvent, group: str) -> bool:
    if group not in _GONE:
        return False
    if event.event_type == EventType.REJECTED:
        return event.reject_reason in _SUPPRESSED
    return event.event_type == EventType.BOUNCED and _is_permanent(service, event)


def _is_permanent(service: str, event: AnymailTrackingEvent) -> bool:
    """Return whether the service says that it will never be otherwise."""
    if event.event_type == EventType.REJECTED:
        return event.reject_reason in _SUPPRESSED
    said = event.esp_event
    return event.event_type == EventType.BOUNCED and bool(_PERMANENT[service](said))


def _words(event: AnymailTrackingEvent) -> str:
    return " ".join(str(each) for each in (event.description, event.mta_response) if each)


def _reason(service: str, event: AnymailTrackingEvent) -> str:
    words = "".join(c if c.isprintable() else " " for c in _words(event))
    said = " ".join(words.split())[:_REASON]
    title = wiring.SERVICES[service].title
    return f"{title}: {said}" if said else f"{title} says that it was {event.event_type}."


def _fingerprint(service: str, event: AnymailTrackingEvent) -> str:
    """Return what makes it this event: the service's own id where there is one."""
    own = [event.event_id] if event.event_id else [event.timestamp, event.recipient]
    parts = (service, event.event_type, event.message_id, *own)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def _dig(said: Any, *path: str) -> Any:
    """Return what stands in nested objects, None where there is no such thing."""
    for key in path:
        said = said.get(key) if isinstance(said, dict) else None
    return said


def _sparkpost(said: Any) -> bool:
    for event in (_dig(said, "msys") or {}).values():
        # Invalid recipient; no such mailbox; unsubscribed.
        return str(_dig(event, "bounce_class")) in {"10", "30", "90"}
    return False


# How each service says that an address is no good, and not only full or slow.
_PERMANENT: Mapping[str, Callable[[Any], object]] = {
    "amazon_ses": lambda said: _dig(said, "bounce", "bounceType") == "Permanent",
    "brevo": lambda said: _dig(said, "event") in {"hard_bounce", "invalid_email"},
    "mailersend": lambda said: _dig(said, "data", "type") == "hard_bounced",
    "mailgun": lambda said: _dig(said, "event-data", "severity") == "permanent",
    "mailjet": lambda said: _dig(said, "hard_bounce"),
    "postmark": lambda said: _dig(said, "Type") in {"HardBounce", "BadEmailAddress"},
    "resend": lambda said: _dig(said, "data", "bounce", "type") == "Permanent",
    "sendgrid": lambda said: _dig(said, "event") == "bounce" and _dig(said, "type") != "blocked",
    "sparkpost": _sparkpost,
}
