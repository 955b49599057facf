"""What comes back: bounces, complaints and automatic replies, read from the raw mail.

    parse(raw) -> [Report, …]     one for each recipient the mail is about; [] for any other mail

The room, in the order a mail passes through it:

    mime          raw bytes → headers and parts, iteratively and within bounds
    notices       what a person would read of it, and the mail that it returns
    arf           complaints (RFC 5965)
    sendings      Amazon SES's notifications in JSON
    dsn           delivery status notifications (RFC 3464)
    autoreplies   out of office (RFC 3834) and read receipts (RFC 8098)
    prose         all the failures that are told in words
    verdicts      what it means: group, hard, permanent; by codes and vocabulary, which are data

Nothing here trusts a report, and nothing acts on one: whoever calls connects it with a delivery
by the signed address it was sent to.
"""

from dataclasses import replace

from publisher.delivery.bounces import arf, autoreplies, dsn, mime, prose, sendings, verdicts
from publisher.delivery.bounces.addresses import found
from publisher.delivery.bounces.notices import Notice
from publisher.delivery.bounces.report import Finding, Group, Kind, Report

__all__ = ["Group", "Kind", "Report", "parse"]

# An editor reads it in a table.
MAX_REASON = 300

_ARRIVED = ("delivered", "relayed", "expanded")


def parse(raw: bytes) -> list[Report]:
    """Return what a mail reports about each recipient; never raises, whatever the bytes are."""
    mail = mime.split(raw)
    notice = Notice(mail)
    if arf.is_complaint(mail):
        complainants = arf.complainants(mail, notice.returned)
        return _complaints(notice, complainants, arf.feedback_type(mail), notice.message_id)
    notification = sendings.notification(notice)
    if notification is not None:
        complainants = sendings.complainants(notification)
        message_id = sendings.message_id(notification)
        if complainants:
            return _complaints(
                notice, complainants, sendings.feedback_type(notification), message_id
            )
        return [_failure(notice, one, message_id) for one in sendings.findings(notification)]
    findings = _told_by_status(notice)
    if findings:
        return [_failure(notice, one, notice.message_id) for one in findings]
    if autoreplies.is_receipt(notice):
        return [_report(notice, _sender(notice), "delivered", "delivered")]
    if autoreplies.is_reply(notice) and not prose.is_named_so(notice):
        return [_report(notice, _sender(notice), "autoreply", "autoreply")]
    if prose.is_notice(notice):
        findings = prose.findings(notice)
        if findings:
            return [_failure(notice, one, notice.message_id) for one in findings]
    if autoreplies.is_automatic(notice):
        return [_report(notice, _sender(notice), "autoreply", "autoreply")]
    return []


def _told_by_status(notice: Notice) -> list[Finding]:
    """Return the findings of the status parts, with the words of the notice added to each."""
    findings = dsn.findings(notice.mail)
    if not findings:
        return []
    named = [finding.recipient for finding in findings if finding.recipient]
    if not named:
        # "Final-Recipient: rfc822;/var/mail/ada" and the like: only the words know who it was.
        said = prose.findings(notice)
        return [replace(findings[0], recipient=one.recipient, context=one.context) for one in said]
    told = [finding for finding in findings if finding.recipient]
    return [
        replace(finding, context=words)
        for finding, words in zip(told, prose.contexts(notice, named), strict=True)
    ]


def _failure(notice: Notice, finding: Finding, message_id: str) -> Report:
    if finding.action in _ARRIVED:
        report = _report(notice, finding.recipient, "delivered", "delivered", message_id=message_id)
        report["action"] = finding.action
        return report
    verdict = verdicts.judge(finding)
    report = _report(notice, finding.recipient, "bounce", verdict.group, message_id=message_id)
    report["action"] = finding.action
    report["hard"] = verdict.hard
    report["permanent"] = verdict.permanent
    report["status"] = verdict.status
    report["reason"] = verdicts.sentence(finding)[:MAX_REASON]
    return report


def _complaints(
    notice: Notice, complainants: list[str], feedback_type: str, message_id: str
) -> list[Report]:
    reports = [
        _report(notice, address, "complaint", "complaint", message_id=message_id)
        for address in (complainants or [""])
    ]
    for report in reports:
        report["feedback_type"] = feedback_type
    return reports


def _report(
    notice: Notice, recipient: str, kind: Kind, group: Group, *, message_id: str = ""
) -> Report:
    return Report(
        recipient=recipient or None,
        kind=kind,
        hard=False,
        permanent=None,
        action="",
        group=group,
        reason=" ".join((notice.words[:2000] or notice.subject).split())[:MAX_REASON],
        status="",
        message_id=message_id or notice.message_id,
        feedback_type="",
        sent_to=notice.sent_to,
    )


def _sender(notice: Notice) -> str:
    return next(iter(found(notice.sender)), "")
