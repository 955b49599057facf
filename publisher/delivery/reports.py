"""What came back, and what follows: each report is kept once, moves its delivery, and may suppress.

hard, complaint   the address is suppressed at once
soft              counted by address over all newsletters, once a mailing; suppressed at the limit
autoreply, …      kept and nothing else
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from publisher.audience import actions as audience
from publisher.channels.smtp import Outcome
from publisher.delivery.bounces import report, verdicts
from publisher.delivery.models import Delivery, Report
from publisher.staff import trail

# What each group says of a reader's mailbox, in an editor's words.
WORDS = {
    "invalid": "mailbox does not exist",
    "inactive": "mailbox is closed",
    "full": "mailbox is full",
    "size": "mail is too large for it",
    "transient": "could not be reached",
    "policy": "mail was not wanted there",
    "complaint": "marked as spam",
    "autoreply": "answered by itself",
    "delivered": "delivered",
}
# These say something of our servers and our mail, not of the mailbox: a blocked address of ours
# must not cost every reader at one provider.
NEVER_COUNTED = ("policy", "size")
# Mail servers try for four to five days (RFC 5321 section 4.5.4.1): what has not come back by then
# has arrived.
SETTLED_AFTER = timedelta(days=5)
# Longer sentences of servers repeat themselves, and an editor reads one.
_REASON_CHARACTERS = 500
# A report outlives the reader, and so must not hold their address.
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"']{1,255}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody told us about one delivery; see the fields of `Report`."""

    delivery_id: int
    kind: str
    group: str
    hard: bool
    permanent: bool
    reason: str
    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Whose a delivery is, "" if nobody's any more.

    `forgiven`: it left before somebody lifted the address's suppression.
    """

    digest: str
    forgiven: bool


def from_relay(outcomes: Iterable[Outcome], *, now: datetime) -> None:
    """Take what the relay answered for good (5xx) while sending; other outcomes are no reports."""
    refused = (outcome for outcome in outcomes if outcome.code >= 500)
    take([_answered(each.key, each.code, each.detail) for each in refused], now=now)


def given_up(answers: Mapping[int, str], *, now: datetime) -> None:
    """Take deliveries that were put off too long, each with the relay's last answer to it."""
    late = (_answered(delivery_id, 450, answer) for delivery_id, answer in answers.items())
    take([replace(each, permanent=True) for each in late], now=now)


@transaction.atomic
def take(findings: Sequence[Finding], *, now: datetime) -> None:
    """Keep what is new among the findings, and do what follows from it.

    Taking one again changes nothing; one about a delivery that is not there is dropped.
    """
    if not findings:
        return
    known = _known(findings)
    fresh = _keep([each for each in findings if each.delivery_id in known], known, now)
    _bounce([each for each in fresh if _is_bounce(each) and each.permanent], now)
    counted = {known[each.delivery_id].digest for each in fresh if _counts(each)} - {""}
    reasons = _repeated(counted, now) | _at_once(fresh, known, now)
    suppressed = audience.suppress_all(reasons, now=now)
    trail.note_all(
        {f"reader {pk}": f"suppressed: {reason}" for pk, reason in suppressed.items()}, now=now
    )


def worded(group: str) -> str:
    """Return what a group says of a mailbox."""
    return WORDS.get(group, "refused")


def _answered(delivery_id: int, code: int, text: str) -> Finding:
    reason = f"{code} {text}"
    verdict = verdicts.judge(report.Finding(recipient="", diagnostic=reason))
    return Finding(
        delivery_id=delivery_id,
        kind=Report.Kind.BOUNCE,
        group=verdict.group,
        hard=verdict.hard,
        # Whatever the words are, what the relay refused is dead.
        permanent=code >= 500,
        reason=reason,
        source=Report.Source.RELAY,
        # A journal that is read twice tells the same again.
        fingerprint=sha256(reason.encode()).hexdigest(),
    )


def _is_bounce(finding: Finding) -> bool:
    return finding.kind == Report.Kind.BOUNCE


def _counts(finding: Finding) -> bool:
    return _is_bounce(finding) and not finding.hard and finding.group not in NEVER_COUNTED


def _known(findings: Sequence[Finding]) -> dict[int, _Known]:
    ids = sorted({each.delivery_id for each in findings})
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"ids": ids})
        return {row[0]: _Known(*row[1:]) for row in cursor.fetchall()}


def _keep(findings: Sequence[Finding], known: dict[int, _Known], now: datetime) -> list[Finding]:
    """Store the findings and return those that nobody had told before."""
    told = {(each.delivery_id, each.fingerprint): each for each in findings}
    rows = told.values()
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "deliveries": [each.delivery_id for each in rows],
                "digests": [known[each.delivery_id].digest for each in rows],
                "kinds": [each.kind for each in rows],
                "groups": [each.group for each in rows],
                "hard": [each.hard for each in rows],
                "permanent": [each.permanent for each in rows],
                "reasons": [_tidy(each.reason) for each in rows],
                "sources": [each.source for each in rows],
                "fingerprints": [each.fingerprint for each in rows],
                "now": now,
            },
        )
        return [told[key] for key in cursor.fetchall()]


def _bounce(findings: Sequence[Finding], now: datetime) -> None:
    if not findings:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _BOUNCE,
            {
                "ids": [each.delivery_id for each in findings],
                "reasons": [_tidy(each.reason) for each in findings],
                "states": [Delivery.State.SENT, Delivery.State.DEFERRED],
                "now": now,
            },
        )


def _at_once(
    findings: Sequence[Finding], known: dict[int, _Known], now: datetime
) -> dict[str, str]:
    """Return whom a single report suppresses, and why."""
    reasons = {}
    for each in findings:
        of = known[each.delivery_id]
        complained = each.kind == Report.Kind.COMPLAINT
        if of.digest and not of.forgiven and (complained or (_is_bounce(each) and each.hard)):
            what = "Complaint" if complained else "Hard bounce"
            group = "complaint" if complained else each.group
            reasons[of.digest] = f"{what} {_why(group, each.reason, now)}"
    return reasons


def _repeated(digests: set[str], now: datetime) -> dict[str, str]:
    """Return which of these addresses have bounced softly too often, and why that is told."""
    if not digests:
        return {}
    days = settings.SOFT_BOUNCE_DAYS
    with connection.cursor() as cursor:
        cursor.execute(
            _REPEATED,
            {
                "digests": sorted(digests),
                "since": now - timedelta(days=days),
                "settled": now - SETTLED_AFTER,
                "never": list(NEVER_COUNTED),
                "limit": settings.SOFT_BOUNCES,
            },
        )
        return {
            digest: f"{count} soft bounces in {days} days, the last {_why(group, reason, now)}"
            for digest, count, group, reason in cursor.fetchall()
        }


def _why(group: str, reason: str, now: datetime) -> str:
    day = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    told = f" ({tidied})" if (tidied := _tidy(reason)) else ""
    return f"on {day.day} {day:%B %Y}: {worded(group)}{told}"


def _tidy(reason: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in reason[: 2 * _REASON_CHARACTERS])
    return " ".join(_ADDRESS.sub("…", shown).split())[:_REASON_CHARACTERS]


# Locked in one order, so that two that take reports of the same deliveries do not deadlock.
_KNOWN = """
    SELECT delivery.id, who.digest, COALESCE(delivery.finished_at < lift.at, FALSE)
    FROM delivery_delivery delivery
    LEFT JOIN audience_subscriber reader ON reader.id = delivery.subscriber_id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN reader.id IS NOT NULL THEN reader.digest
            WHEN delivery.address = '' THEN ''
            ELSE encode(sha256(convert_to(delivery.address, 'UTF8')), 'hex')
        END AS digest
    ) who
    LEFT JOIN LATERAL (
        SELECT max(at) AS at FROM audience_lift WHERE digest = who.digest
    ) lift ON TRUE
    WHERE delivery.id = ANY(%(ids)s)
    ORDER BY delivery.id
    FOR NO KEY UPDATE OF delivery
"""

_KEEP = """
    INSERT INTO delivery_report
        (delivery_id, digest, kind, "group", hard, permanent, reason, source, fingerprint,
        received_at)
    SELECT told.*, %(now)s
    FROM unnest(
        %(deliveries)s::bigint[], %(digests)s::text[], %(kinds)s::text[], %(groups)s::text[],
        %(hard)s::boolean[], %(permanent)s::boolean[], %(reasons)s::text[], %(sources)s::text[],
        %(fingerprints)s::text[]
    ) told
    ON CONFLICT (delivery_id, fingerprint) DO NOTHING
    RETURNING delivery_id, fingerprint
"""

# `finished_at` stays when it left: by that it is told whether a later mail arrived.
_BOUNCE = """
    UPDATE delivery_delivery delivery
    SET state = 'bounced', reason = told.reason,
        finished_at = COALESCE(delivery.finished_at, %(now)s)
    FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS told (id, reason)
    WHERE delivery.id = told.id AND delivery.state = ANY(%(states)s)
"""

# A mail that was only late counts where it was so twice; none counts that left before a later one
# arrived, or before the address was lifted.
_REPEATED = """
    WITH bounced AS (
        SELECT report.digest, report.delivery_id, max(report.id) AS last_id
        FROM delivery_report report
        WHERE report.digest = ANY(%(digests)s) AND report.received_at > %(since)s
            AND report.kind = 'bounce' AND NOT report.hard
            AND NOT report."group" = ANY(%(never)s)
        GROUP BY report.digest, report.delivery_id
        HAVING bool_or(report.permanent) OR count(*) > 1
    ), fresh_start AS (
        SELECT address.digest, GREATEST(
            (SELECT max(at) FROM audience_lift WHERE digest = address.digest),
            (
                SELECT max(delivery.finished_at)
                FROM audience_subscriber reader
                JOIN delivery_delivery delivery ON delivery.subscriber_id = reader.id
                WHERE reader.digest = address.digest AND delivery.state = 'sent'
                    AND delivery.finished_at BETWEEN %(since)s AND %(settled)s
            ),
            (
                SELECT max(delivery.finished_at)
                FROM delivery_report report
                JOIN delivery_delivery delivery ON delivery.id = report.delivery_id
                WHERE report.digest = address.digest AND report.kind = 'delivered'
                    AND report.received_at > %(since)s
            )
        ) AS at
        FROM (SELECT DISTINCT digest FROM bounced) address
    )
    SELECT counted.digest, counted.times, report."group", report.reason
    FROM (
        SELECT bounced.digest, count(*) AS times, max(bounced.last_id) AS last_id
        FROM bounced
        JOIN delivery_delivery delivery ON delivery.id = bounced.delivery_id
        JOIN fresh_start ON fresh_start.digest = bounced.digest
        WHERE fresh_start.at IS NULL OR delivery.finished_at IS NULL
            OR delivery.finished_at > fresh_start.at
        GROUP BY bounced.digest
        HAVING count(*) >= %(limit)s
    ) counted
    JOIN delivery_report report ON report.id = counted.last_id
"""
