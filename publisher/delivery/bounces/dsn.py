"""Delivery status notifications (RFC 3464), also the broken and the half-hidden ones."""

import re
from collections.abc import Iterator

from publisher.delivery.bounces import addresses, mime
from publisher.delivery.bounces.report import Finding

# RFC 3464 sets no bound; nobody reports more recipients of one mail than this to one sender.
MAX_RECIPIENTS = 100
MAX_DIAGNOSTIC = 2000

MEDIA_TYPES = (
    "message/delivery-status",
    "message/global-delivery-status",  # RFC 6533
    "message/x-delivery-status",
)

_RECIPIENT = ("final-recipient", "original-recipient")
_OF_RECIPIENT = {*_RECIPIENT, "action", "status", "diagnostic-code", "remote-mta"}
_OF_ALL = {"x-actual-recipient", "reporting-mta", "x-powermta-bouncecategory"}
_MARK = re.compile(
    r"^[ \t]{0,4}(?:Final|Original)-Recipient[ \t]{0,4}:", re.IGNORECASE | re.MULTILINE
)
_TYPED = re.compile(r"^\s{0,8}([\w-]{1,20})\s{0,8};\s{0,8}(?!\s)")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_BLANK_LINES = re.compile(rb"\n[ \t]*\n")

Group = dict[str, str]


def findings(mail: mime.Mail) -> list[Finding]:
    """Return what the status parts say of each recipient; [] where there are none."""
    groups = [group for block in _blocks(mail) for group in _groups(block)]
    found: dict[str, Finding] = {}
    for group in groups[:MAX_RECIPIENTS]:
        finding = _finding(group)
        found.setdefault(finding.recipient.lower(), finding)
    return list(found.values())


def _blocks(mail: mime.Mail) -> Iterator[bytes]:
    parts = mail.of(*MEDIA_TYPES)
    for part in parts:
        yield part.text.encode("utf-8", "replace")
    if parts:
        return
    # Some programs write the fields as text (WorkMail), or break the boundary in front of them.
    for part in mail.of("text/plain", "multipart/report", "multipart/mixed"):
        mark = _MARK.search(part.text)
        if mark:
            yield part.text[part.text.rfind("\n\n", 0, mark.start()) + 1 :].encode(
                "utf-8", "replace"
            )


def _groups(block: bytes) -> list[Group]:
    """Return the recipients' fields, however the blank lines between them went lost or astray."""
    groups: list[Group] = []
    loose: Group = {}
    reporting = ""
    for paragraph in _BLANK_LINES.split(block[: mime.MAX_TEXT_BYTES]):
        group: Group = {}
        for name, value in mime.fields(_dedented(paragraph)):
            if name in _RECIPIENT and name in group and "final-recipient" in group:
                groups.append(group)
                group = {}
            if name in _OF_RECIPIENT or name in _OF_ALL:
                group.setdefault(name, value)
        reporting = group.get("reporting-mta", reporting)
        if any(name in group for name in _RECIPIENT):
            groups.append({"reporting-mta": reporting} | loose | group)
            loose = {}
        elif groups and "status" not in groups[-1]:
            groups[-1] = group | groups[-1]
        elif not groups:
            loose = group
    return groups


def _dedented(paragraph: bytes) -> bytes:
    # A forwarded or quoted report is indented as a whole; folding is then lost, and seldom there.
    lines = paragraph.split(b"\n")
    if all(line.startswith((b" ", b"\t")) for line in lines if line):
        return b"\n".join(line.strip() for line in lines)
    return paragraph


def _finding(group: Group) -> Finding:
    diagnostic = _TYPED.sub("", group.get("diagnostic-code", ""))
    status = group.get("status", "")
    code = _STATUS.search(status)
    return Finding(
        recipient=_recipient(group),
        action=re.split(r"[\s(;]", group.get("action", "").strip().lower(), maxsplit=1)[0],
        status=code[1] if code else "",
        # Some write the server's words into Status, as a comment or instead of the code.
        diagnostic=(diagnostic or _comment(status))[:MAX_DIAGNOSTIC],
        origin=_origin(group),
    )


def _recipient(group: Group) -> str:
    """Return the address that we wrote to, rather than the one it was forwarded to."""
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    found = [addresses.cleaned(group.get(name, "")) for name in names]
    complete = [address for address in found if "." in address.rpartition("@")[2]]
    return next(iter(complete or filter(None, found)), "")


def _origin(group: Group) -> str:
    servers = f"{group.get('remote-mta', '')} {group.get('reporting-mta', '')}"
    category = group.get("x-powermta-bouncecategory", "")
    return f"{servers[:600]} {f'powermta: {category[:40]}' if category else ''}".lower()


def _comment(status: str) -> str:
    return _STATUS.sub("", status).strip(" ()")
