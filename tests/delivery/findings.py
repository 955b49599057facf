"""What somebody might tell us about a delivery."""

from dataclasses import replace

from publisher.delivery.reports import Finding

GONE = "550 5.1.1 mailbox unavailable"
FULL = "552 5.2.2 mailbox full"


def hard(delivery_id: int, fingerprint: str = "a") -> Finding:
    """Return that nobody lives there."""
    return Finding(delivery_id, "bounce", "invalid", True, True, GONE, "mail", fingerprint)  # noqa: FBT003 - the shape is fixed


def soft(delivery_id: int, fingerprint: str = "b") -> Finding:
    """Return that the mailbox is full, and the mail is dead."""
    return replace(hard(delivery_id, fingerprint), group="full", hard=False, reason=FULL)


def late(delivery_id: int, fingerprint: str) -> Finding:
    """Return that the mail is not there yet."""
    return replace(soft(delivery_id, fingerprint), group="transient", permanent=False, reason="")


def complaint(delivery_id: int) -> Finding:
    """Return that the reader called it spam."""
    told = hard(delivery_id, "c")
    return replace(told, kind="complaint", group="complaint", hard=False, permanent=False)
