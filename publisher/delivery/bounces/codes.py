"""Codes and what they mean: enhanced status codes, and the private ones of big providers."""

import re
from collections.abc import Callable

from publisher.delivery.bounces.vocabulary import Cause

# RFC 3463, 4954, 5248, 6710, 7293, 7372 and 7505, with the meaning they have in practice.
# What is not here says too little: 5.0.0, 5.5.0, and the 4.x.x that only say "later".
ENHANCED: dict[str, Cause] = {
    "4.1.6": "moved", "4.1.7": "rejected", "4.1.8": "rejected", "4.1.9": "system",
    "4.2.1": "blocked", "4.2.2": "full", "4.2.3": "size", "4.2.4": "filtered",
    "4.3.1": "diskfull", "4.3.2": "nullmx", "4.3.3": "system", "4.3.5": "system",
    "4.4.1": "expired", "4.4.2": "network", "4.4.3": "system", "4.4.4": "network",
    "4.4.5": "diskfull", "4.4.6": "network", "4.4.7": "expired", "4.4.8": "network",
    "4.5.3": "system", "4.5.5": "system", "4.6.0": "content", "4.6.2": "content",
    "4.6.5": "content",
    "4.7.1": "blocked", "4.7.2": "blocked", "4.7.5": "security", "4.7.6": "security",
    "4.7.7": "security",
    "4.7.12": "security", "4.7.15": "security", "4.7.16": "size", "4.7.24": "authentication",
    "4.7.25": "ptr", "4.7.26": "authentication",
    "5.1.0": "user", "5.1.1": "user", "5.1.2": "host", "5.1.3": "user", "5.1.4": "filtered",
    "5.1.6": "moved", "5.1.7": "rejected", "5.1.8": "rejected", "5.1.9": "system",
    "5.1.10": "nullmx",
    "5.2.0": "filtered", "5.2.1": "filtered", "5.2.2": "full", "5.2.3": "size",
    "5.2.4": "filtered",
    "5.3.0": "system", "5.3.1": "diskfull", "5.3.2": "nullmx", "5.3.3": "system", "5.3.4": "size",
    "5.3.5": "system", "5.4.0": "network", "5.4.3": "system", "5.4.4": "host", "5.4.6": "network",
    "5.4.7": "expired", "5.4.14": "network",
    "5.5.3": "rate", "5.5.4": "system", "5.5.5": "system",
    "5.6.0": "content", "5.6.1": "content", "5.6.2": "content", "5.6.3": "content",
    "5.6.5": "content",
    "5.6.6": "content", "5.6.7": "content", "5.6.8": "content", "5.6.9": "content",
    "5.6.11": "content",
    "5.7.10": "security", "5.7.13": "suspended", "5.7.16": "size", "5.7.17": "moved",
    "5.7.18": "moved",
    "5.7.20": "authentication", "5.7.21": "authentication", "5.7.22": "authentication",
    "5.7.23": "authentication", "5.7.24": "authentication", "5.7.25": "ptr",
    "5.7.26": "authentication",
    "5.7.27": "nullmx", "5.7.28": "spam", "5.7.29": "authentication", "5.7.30": "tls",
    # Exchange Online, https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/
    "4.4.312": "network", "4.4.316": "expired", "4.4.317": "tls", "4.4.318": "system",
    "5.1.90": "rate", "5.2.121": "rate", "5.2.122": "rate", "5.4.300": "expired",
    "5.4.312": "network",
    "5.4.316": "expired", "5.4.317": "tls", "5.4.318": "system", "5.7.12": "rejected",
    "5.7.57": "security",
    "5.7.64": "relay", "5.7.124": "rejected", "5.7.133": "rejected", "5.7.134": "rejected",
    "5.7.135": "rejected", "5.7.136": "rejected", "5.7.321": "tls", "5.7.322": "tls",
    "5.7.323": "tls",
    "5.7.324": "tls", "5.7.325": "tls", "5.7.504": "suspended", "5.7.505": "suspended",
    "5.7.508": "rate",
    "5.7.515": "authentication", "5.7.509": "authentication",
}  # fmt: skip

# What the numbers of Orange, Wanadoo, SFR and La Poste mean; "OFR_416", "LPN007_420", "ofr006_102".
_FRENCH: dict[str, Cause] = {
    "101": "blocked", "102": "blocked", "103": "blocked", "104": "rate", "305": "security",
    "401": "authentication", "402": "security", "403": "rejected", "405": "rejected",
    "415": "rejected",
    "416": "user", "417": "full", "418": "user", "420": "suspended", "421": "rejected",
    "426": "suspended",
    "505": "system", "506": "spam", "510": "blocked", "513": "spam", "514": "size",
    "517": "authentication",
    "630": "policy", "999": "blocked",
}  # fmt: skip
# https://www.facebook.com/postmaster/response_codes
_FACEBOOK: dict[str, Cause] = {
    "pol-p1": "blocked", "pol-p2": "blocked", "pol-p3": "blocked", "pol-p4": "blocked",
    "pol-p5": "virus",
    "pol-p6": "spam", "pol-p7": "authentication", "pol-t1": "blocked", "pol-t2": "blocked",
    "pol-t3": "blocked",
    "msg-p1": "size", "msg-p2": "content", "msg-p3": "malformed", "msg-t1": "rate",
    "int-p1": "user", "int-p2": "size", "int-p3": "user", "int-p4": "user",
    "rcp-p1": "user", "rcp-p2": "filtered", "rcp-p3": "filtered", "rcp-t1": "system",
    "rcp-t4": "suspended",
    "dns-p1": "rejected", "dns-p2": "rejected", "dns-p3": "ptr", "dns-t1": "rejected",
    "dns-t2": "ptr",
    "con-t1": "rate", "con-t2": "rate", "con-t3": "rate", "con-t4": "rate",
}  # fmt: skip
# https://www.godaddy.com/help/fix-rejected-email-with-a-bounce-error-40685
_GODADDY: dict[str, Cause] = {
    "007": "rate", "101": "rate", "103": "reputation", "104": "blocked", "105": "blocked",
    "106": "blocked",
    "108": "ptr", "110": "blocked", "111": "blocked", "112": "blocked", "113": "blocked",
    "212": "spam",
    "401": "security", "501": "malformed", "502": "malformed", "504": "rate", "506": "rejected",
    "508": "authentication", "510": "rate", "605": "rate", "607": "rate", "705": "virus",
}  # fmt: skip
# Cox, https://www.cox.com/residential/support/email-error-codes.html
_COX: dict[str, Cause] = {
    "cxbl": "blocked", "cxdns": "ptr", "cxsndr": "authentication", "cxsmtp": "rejected",
    "cxcnct": "rate",
    "cxmxrt": "rate", "cdrbl": "blocked", "cxthrt": "security", "cxmj": "security",
}  # fmt: skip
# Spectrum (Charter), https://www.spectrum.net/support/internet/understanding-email-error-codes
_SPECTRUM: tuple[tuple[int, int, Cause], ...] = (
    (1000, 1000, "blocked"), (1010, 1080, "rejected"), (1090, 1090, "system"), (1100, 1150,
    "ptr"),
    (1160, 1190, "policy"), (1200, 1250, "blocked"), (1260, 1260, "network"), (1300, 1490,
    "rate"),
    (1500, 1520, "rejected"), (1530, 1530, "size"), (1540, 1550, "rate"), (1560, 1560, "policy"),
    (1580, 1580, "rate"),
)  # fmt: skip
# https://mail.i.ua/err/1/ and so on
_IUA: dict[str, Cause] = {
    "1": "relay", "2": "user", "3": "suspended", "4": "full", "5": "rate", "6": "relay",
    "7": "blocked",
    "8": "rejected", "9": "blocked", "10": "filtered",
}  # fmt: skip
# Exchange 5.5's own, after "MSEXCH:"
_MSEXCH: dict[str, Cause] = {
    "000c05a6": "user", "000c0595": "filtered", "00010256": "system", "000d06b5": "system",
    "00120270": "network", "00050311": "content", "000502cc": "content", "000b0981": "security",
}  # fmt: skip


def _spectrum(number: str) -> Cause | None:
    return next((cause for low, high, cause in _SPECTRUM if low <= int(number) <= high), None)


def _microsoft(number: str) -> Cause | None:
    """Exchange Online has ranges: bans, limits, and its customers' own rules."""
    code = int(number)
    if 500 <= code <= 699 or 850 <= code <= 899:
        return "blocked"
    if 700 <= code <= 749:
        return "rate"
    return "policy" if 750 <= code <= 999 else None


_PRIVATE: tuple[tuple[re.Pattern[str], Callable[[str], Cause | None]], ...] = (
    (re.compile(r"\b(?:ofr|lpn|ouk)[a-z0-9]{0,6}?[_-]?(\d{3})\b"), _FRENCH.get),
    (re.compile(r"\b((?:pol|msg|int|rcp|dns|con)-[pt]\d)\b"), _FACEBOOK.get),
    (re.compile(r"\bib(\d{3})\b"), _GODADDY.get),
    (re.compile(r"\baup#(c[a-z]{2,6})\b"), _COX.get),
    (re.compile(r"\baup#[a-z]{1,4}-?(\d{4})\b"), _spectrum),
    (re.compile(r"\baup#(?:ipbl|urlbl)\d"), lambda _: "blocked"),
    (re.compile(r"\.i\.ua/err/(\d{1,2})/"), _IUA.get),
    (re.compile(r"msexch:[^()]{0,200}\(([0-9a-f]{8})\)"), _MSEXCH.get),
)
_LONG_STATUS = re.compile(r"^[45]\.7\.(\d{3})$")


def private(text: str) -> Cause | None:
    """Return the cause that a provider's own code in a text (in lower case) stands for."""
    for pattern, cause in _PRIVATE:
        found = pattern.search(text)
        if found:
            meaning = cause(found[1] if pattern.groups else "")
            if meaning:
                return meaning
    return None


# Whose words mean what they say, or something else, whatever the conversation had come to: the
# server (in what the report says of it), after which command, in which words. KDDI and DoCoMo
# answer a filtered sender with "unknown user"; the others know their users to the very end.
_MANNERS: tuple[tuple[re.Pattern[str], str, tuple[str, ...], Cause], ...] = (
    (re.compile(r"x-spasign: ng"), "", ("",), "filtered"),
    (re.compile(r"\bdocomo\b"), "data", ("unknown user",), "rejected"),
    (re.compile(r"\b(?:ezweb\.ne\.jp|au\.com)\b"), "", (">: user unknown",), "user"),
    (re.compile(r"\b(?:ezweb\.ne\.jp|au\.com)\b"), "", ("550 : user unknown",), "filtered"),
    # Directory-based edge blocking: the recipient is not in the directory.
    (
        re.compile(r"\boutlook\.com\b"),
        "",
        ("5.4.1 recipient address rejected: access denied",),
        "user",
    ),
    (re.compile(r"\b(?:vtext|vzwpix)\.com\b"), "", ("no such user",), "user"),
    (re.compile(r"\bqq\.com\b"), "", ("mailbox not found",), "user"),
    (
        re.compile(r"\.yahoodns\.net\b"),
        "",
        ("mailbox not found", "this user doesn't have a "),
        "user",
    ),
    (re.compile(r"\.yahoodns\.net\b"), "", (" is no longer valid",), "suspended"),
    (
        re.compile(r"\.(?:mail\.icloud|apple|me)\.com\b"),
        "",
        ("inactive email address", "user does not exist", "unknown or illegal alias"),
        "user",
    ),
    (re.compile(r"\bcox\.net\b"), "", ("recipient rejected",), "user"),
    (
        re.compile(r"\.secureserver\.net\b"),
        "",
        ("recipient not found", "account does not exist"),
        "user",
    ),
    (re.compile(r"\bsmtpin\.zoho\.com\b"), "", ("user does not exist",), "user"),
    (re.compile(r"\.mimecast\.com\b"), "", ("invalid recipient", "invalid address"), "user"),
    (re.compile(r"\.messagelabs\.com\b"), "", ("no such user", "invalid recipient"), "user"),
    (re.compile(r"\.hotmail\.com\b"), "", ("not taken: mailbox unavailable",), "user"),
)


def manner(origin: str, text: str, command: str) -> Cause | None:
    """Return what a server means that is known for meaning it."""
    for whose, after, phrases, cause in _MANNERS:
        if (
            after in ("", command)
            and any(words in text for words in phrases)
            and whose.search(origin)
        ):
            return cause
    return None


# PowerMTA judges by rules of its own and writes the category into its reports.
_POWERMTA: dict[str, Cause] = {
    "bad-mailbox": "user", "bad-domain": "host", "inactive-mailbox": "suspended",
    "quota-issues": "full", "message-expired": "expired", "no-answer-from-host": "network",
    "bad-connection": "network", "bad-configuration": "system", "routing-errors": "system",
    "protocol-errors": "system", "relaying-issues": "relay", "invalid-sender": "rejected",
    "policy-related": "policy", "content-related": "content", "spam-related": "spam",
    "virus-related": "virus",
}  # fmt: skip
_CATEGORY = re.compile(r"powermta: ([a-z-]+)")


def category(origin: str) -> Cause | None:
    """Return the cause that the sending server has written into its report, if any."""
    found = _CATEGORY.search(origin)
    return _POWERMTA.get(found[1]) if found else None


def enhanced(status: str) -> Cause | None:
    """Return the cause that an RFC 3463 code stands for; None where it says too little."""
    if status in ENHANCED:
        return ENHANCED[status]
    found = _LONG_STATUS.match(status)
    return _microsoft(found[1]) if found else None
