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
