"""What is known about one recipient: as it was found, and as it is told to the caller."""

from dataclasses import dataclass
from typing import Literal, TypedDict

Kind = Literal["bounce", "complaint", "autoreply", "delivered"]
Group = Literal[
    "invalid",  # nobody lives there: the address, its domain, or its mail server does not exist
    "inactive",  # somebody may live there, but the mailbox is closed, or closed to us
    "full",
    "size",
    "transient",  # networks, queues, rates
    "policy",  # we, our server or our words are not wanted
    "complaint",
    "autoreply",
    "delivered",
    "unknown",
]


class Report(TypedDict):
    """One recipient's fate, as the report tells it; who sent the report is not verified here."""

    recipient: str | None
    kind: Kind
    # Suppress the address now; only where the report leaves no doubt that nobody is there.
    hard: bool
    # The failure will not pass; False where it may (RFC 3463 class 4), and the mail is only late
    # unless `action` is "failed": then the server has given it up. None where nothing failed.
    permanent: bool | None
    # RFC 3464 section 2.3.3: failed, delayed, delivered, relayed, expanded; "" where not told.
    action: str
    group: Group
    # One sentence for an editor: the server's own words, shortened.
    reason: str
    # RFC 3463 code such as "5.1.1", or "".
    status: str
    # Of the mail that the report is about, without angle brackets; "" where it is not told.
    message_id: str
    # RFC 5965 and its registry: abuse, fraud, not-spam, …; "" in anything but a complaint.
    feedback_type: str
    # The addresses the report itself was sent to, among them the one we had as envelope sender.
    sent_to: list[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a report says about one recipient, before anybody judges it."""

    recipient: str
    # RFC 3464 section 2.3.3 in lower case, or "" where the report has no such field.
    action: str = ""
    status: str = ""
    # What the remote server or the local program said.
    diagnostic: str = ""
    # What stands around the diagnostic: the notice a person would read.
    context: str = ""
    # The servers that the report names, in lower case, and the marks they leave in its headers.
    origin: str = ""
