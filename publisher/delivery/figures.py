"""What came back, as an editor reads it: of one mailing, and of one reader."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from publisher.audience.models import Subscriber
from publisher.delivery.models import Report
from publisher.delivery.reports import worded


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mails came back for one cause; `reason` is what servers said most often."""

    kind: str
    group: str
    words: str
    mails: int
    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back of a mailing: bounces that are final, complaints, automatic answers."""

    tallies: tuple[Tally, ...]

    @property
    def complaints(self) -> int:
        """Return how many readers called it spam."""
        return sum(each.mails for each in self.tallies if each.kind == Report.Kind.COMPLAINT)

    @property
    def bounces(self) -> dict[str, int]:
        """Return how many mails bounced, by group."""
        bounced = (each for each in self.tallies if each.kind == Report.Kind.BOUNCE)
        return {each.group: each.mails for each in bounced}


@dataclass(frozen=True, slots=True)
class Notice:
    """One report about one reader's mail."""

    at: datetime
    kind: str
    words: str
    hard: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Readers who have not got a mailing, and why; `state` is their deliveries'."""

    state: str
    reason: str
    readers: int


def of_mailing(mailing_id: int | None) -> Returned:
    """Return what came back of a mailing, the most frequent first."""
    if mailing_id is None:
        return Returned(())
    with connection.cursor() as cursor:
        cursor.execute(_OF_MAILING, {"mailing": mailing_id})
        rows = cursor.fetchall()
    return Returned(
        tuple(
            Tally(kind, group, worded(group), mails, reason) for kind, group, mails, reason in rows
        )
    )


def missed(mailing_id: int | None, limit: int = 10) -> list[Missed]:
    """Return who was put off, left out or never tried, the most frequent reasons first.

    What a server sent back for good is among what `of_mailing` returns.
    """
    if mailing_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, {"mailing": mailing_id, "limit": limit})
        return [Missed(*row) for row in cursor.fetchall()]


def of_reader(subscriber_id: int, limit: int = 20) -> list[Notice]:
    """Return what came back of everything that was sent to a reader, the latest first."""
    digests = Subscriber.objects.filter(pk=subscriber_id).values("digest")
    found = Report.objects.filter(digest__in=digests).order_by("-received_at", "-pk")[:limit]
    return [
        Notice(each.received_at, each.kind, worded(each.group), each.hard, each.reason)
        for each in found
    ]


# A mail that was only late is no figure, nor is one that arrived.
_OF_MAILING = """
    SELECT report.kind, report."group", count(DISTINCT report.delivery_id) AS mails,
        mode() WITHIN GROUP (ORDER BY report.reason)
    FROM delivery_report report
    JOIN delivery_delivery delivery ON delivery.id = report.delivery_id
    WHERE delivery.mailing_id = %(mailing)s
        AND report.kind <> 'delivered' AND (report.kind <> 'bounce' OR report.permanent)
    GROUP BY report.kind, report."group"
    ORDER BY mails DESC, report.kind, report."group"
"""

_MISSED = """
    SELECT state, reason, count(*) AS readers
    FROM delivery_delivery delivery
    WHERE mailing_id = %(mailing)s AND reason <> ''
        AND (state IN ('deferred', 'skipped') OR state = 'refused' AND NOT EXISTS (
            SELECT FROM delivery_report report
            WHERE report.delivery_id = delivery.id AND report.kind = 'bounce'
        ))
    GROUP BY state, reason
    ORDER BY readers DESC, state, reason
    LIMIT %(limit)s
"""
