"""From what was found to what it means: group, hard, permanent.

The order decides, because servers say several things at once. A provider's own code is the surest;
then what was said outright; then the enhanced status code; then the vaguer words.
"""

import re
from dataclasses import dataclass

from publisher.delivery.bounces import codes, vocabulary
from publisher.delivery.bounces.report import Finding, Group
from publisher.delivery.bounces.vocabulary import Cause

GROUPS: dict[Cause, Group] = {
    "user": "invalid", "host": "invalid", "moved": "invalid", "nullmx": "invalid",
    "filtered": "inactive", "suspended": "inactive",
    "full": "full",
    "size": "size",
    "expired": "transient", "network": "transient", "system": "transient", "diskfull": "transient",
    "rate": "transient", "tls": "transient", "program": "transient",
    "blocked": "policy", "reputation": "policy", "ptr": "policy", "authentication": "policy",
    "security": "policy", "relay": "policy", "rejected": "policy", "content": "policy",
    "malformed": "policy", "spam": "policy", "virus": "policy", "policy": "policy",
    "onhold": "unknown",
}  # fmt: skip

# What the words decide against any status code but the exact ones, most telling first.
_OUTRIGHT: tuple[Cause, ...] = (
    "full", "size", "suspended", "moved", "relay", "authentication", "user", "filtered", "ptr",
    "malformed", "reputation", "content", "rejected", "host", "tls", "spam", "rate", "blocked",
)  # fmt: skip
# What the words decide where neither they nor a status code have said anything better.
_AT_LAST: tuple[Cause, ...] = (
    "virus", "policy", "system", "nullmx", "network", "diskfull", "expired", "security", "program",
)  # fmt: skip
# Codes that are used for everything: words go first.
_VAGUE: frozenset[Cause] = frozenset(
    {"security", "system", "expired", "network", "host", "filtered"}
)

# RFC 3463: the content, and security or policy.
_BY_CLASS: dict[str, Cause] = {".6": "content", ".7": "security"}

# Said by the program that would have delivered, which looked the user up itself.
_LOOKED_UP = (
    "domino", "name & address book", "no mailbox here by that name", "unknown user:",
    "invalid final delivery userid", "resolver.adr.", "address couldn't be found",
    "address wasn't found", "does not like recipient",
    "recipient name is not recognized", "no valid recipients for this mm", "receiver not found",
    "unknown recipient or mailbox unavailable", "is not our customer",
    "ディレクトリ", "%f!<%6!<",
)  # fmt: skip

# Dovecot says why, but the report that its mail server makes of it has a code of its own.
_REFUSED = "was automatically rejected"

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\w.:/#@-])([245][0-5]\d)(?=[\s<:,;*#\"'(=-]|$)(?!-\d{2}-)")
_QUOTED_REPLY = re.compile(
    r"(?:said:|<<<|reason:|code ?:?|[:(\[]|^) ?\'?([245][0-5]\d)(?=[ ,:;-])(?![ -]\d{3}\b)"
)
_REPLY_LINE = re.compile(
    r"^[ \t]{0,8}(?:<<< ?|Received >>> ?)?([245][0-5]\d)[ -](?!\d)", re.MULTILINE
)
_CONTINUED = re.compile(r"(?<![\w.])([45]\d\d)-([45]\.\d{1,2}\.\d{1,3} )?")
_LATER = re.compile(
    r"\btemporar|\bpersistent\b|\bdelayed\b|\bdeferred\b|will (?:be retried|keep trying|try again)"
    r"|warning message only|try again later|not yet been delivered|still trying"
    # Exim gives up on these with "a permanent error", but none of the address is known.
    r"|retry timeout exceeded|retry time not reached|failing for a long time|frozen|delay reason"
    r"|quota exceeded while writing|host lookup did not complete"
)
_IN_REPLY_TO = re.compile(
    r"in reply to (?:the )?(?:end of )?([a-z]{4})"
    r"|(?:after|following) (?:the )?(?:pipelined )?(?:end of )?([a-z]{4})\b"
    r"(?: command| from| to|:|\.|,)"
    r"|>>> ([a-z]{4})|smtp:([a-z]{4}) host|\[([a-z]{4})(?:_to|_from)?\]|not like our ([a-z]{4})\b"
    r"|remote server for ([a-z]{4}) command|most progress was ([a-z]{4}) "
)
_COMMANDS = {"ehlo", "helo", "mail", "rcpt", "data", "text", "auth", "bdat", "xfor"}
# Gmail's "(state 14)" tells how far the conversation got.
_STATES = {"13": "mail", "14": "rcpt", "15": "data", "17": "data", "18": "data"}
_STATE = re.compile(r"\(state (\d{1,2})\)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a finding means; `status` is the code it rests on, or ""."""

    group: Group
    hard: bool
    permanent: bool
    status: str


def judge(finding: Finding) -> Verdict:
    """Return what a failure means."""
    said = squeezed(finding.diagnostic)
    around = squeezed(finding.context)
    status = _status(finding.status, said) or _status("", around)
    command = _command(said) or _command(around)
    permanent = _is_permanent(finding, status, said, around)
    origin = f"{finding.origin} {finding.recipient} {said} {around}"
    cause = _cause(around, "", command, origin) if _REFUSED in around else None
    cause = cause or (_cause(said, status, command, origin) if said else None)
    cause = cause or _cause(f"{said} {around}".strip(), status, command, origin)
    if cause is None:
        late = finding.action == "delayed" or not (permanent or status)
        cause = "expired" if late else "onhold"
    if cause == "host" and not permanent:
        # A name that is not found for now is the name server's trouble.
        cause = "network"
    group = GROUPS[cause]
    return Verdict(group, group == "invalid" and permanent, permanent, status)


def squeezed(text: str) -> str:
    """Return a text in lower case with single spaces, as the vocabulary is written.

    A reply of several lines repeats its code in each (RFC 5321 section 4.2.1), also within a
    sentence; only the first is left.
    """
    text = " ".join(text.lower().split())
    continued = _CONTINUED.search(text)
    if not continued:
        return text
    code, enhanced = continued[1], continued[2] or ""
    head, tail = text[: continued.end()], text[continued.end() :]
    for prefix in (f"{code}-{enhanced}", f"{code} {enhanced}" if enhanced else "", f"{code}-"):
        tail = tail.replace(prefix, "") if prefix else tail
    return f"{head[: continued.start()]}{code} {enhanced}{tail}"


def _cause(text: str, status: str, command: str, origin: str) -> Cause | None:
    """Return what a text and a code mean together, or None where they do not tell."""
    exact = codes.private(text) or codes.category(origin) or codes.manner(origin, text, command)
    if exact:
        return exact
    if command in ("ehlo", "helo"):
        # Before anything was said about the mail or the reader, it can only be us.
        return "blocked"
    by_status = codes.enhanced(status)
    if by_status == "user":
        if not _speaks_of_us(text):
            return "user"
        by_status = None
    if by_status == "rejected":
        # 5.1.7 and 5.1.8 are about the sender, whatever "invalid address" the text may mean.
        return "rejected"
    said = _outright(text, by_status)
    if said == "user":
        return _who(command, f"{text} {origin}")
    said = said or next((cause for cause in _AT_LAST if vocabulary.says(cause, text)), None)
    return said or by_status or _BY_CLASS.get(status[1:3])


def _outright(text: str, by_status: Cause | None) -> Cause | None:
    for cause in _OUTRIGHT:
        if cause == by_status and cause not in _VAGUE:
            return cause
        if vocabulary.says(cause, text) and not (
            # "Host not found, try again" is about the name server, not the name.
            cause == "host" and by_status != "host" and vocabulary.says("network", text)
        ):
            return cause
    return None


def _speaks_of_us(text: str) -> bool:
    """Say whether a 5.1.1 has a text about something else than the recipient's address."""
    causes: tuple[Cause, ...] = ("relay", "full", "moved", "rejected", "nullmx", "blocked")
    return any(vocabulary.says(cause, text) for cause in causes)


def _who(command: str, text: str) -> Cause:
    """Return whether an "unknown user" is one.

    A server that knows its users refuses at RCPT. One that says so after it has read the mail often
    means that it did not like what it read, so nobody is silenced for that.
    """
    if command == "rcpt" or any(words in text for words in _LOOKED_UP):
        return "user"
    return "filtered"


def _status(field: str, text: str) -> str:
    """Return the more telling of the report's code and the server's; x.y.0 tells little."""
    if field and not field.endswith(".0"):
        return field
    for found in _STATUS.finditer(text):
        if not found[1].endswith(".0.0"):
            return found[1]
    return field


def _command(text: str) -> str:
    state = _STATE.search(text)
    if state and state[1] in _STATES:
        return _STATES[state[1]]
    if "does not like recipient" in text:
        return "rcpt"
    if "failed after i sent the message" in text or "failed on data command" in text:
        return "data"
    if "but sender was rejected" in text:
        return "mail"
    if "but my name was rejected" in text:
        return "helo"
    for found in _IN_REPLY_TO.finditer(text):
        name = str(next(filter(None, found.groups())))
        if name in _COMMANDS:
            return "data" if name in ("text", "bdat") else name
    return ""


def _is_permanent(finding: Finding, status: str, said: str, around: str) -> bool:
    """Return whether the mail is dead: by status code, by reply code, by action, by words."""
    if "envelope expired" in around:
        # OpenSMTPD's last word, even where it calls the report a delay.
        return True
    if finding.action == "delayed":
        return False
    if status:
        return status[0] == "5"
    reply = (
        _REPLY.search(said) or _REPLY_LINE.search(finding.context) or _QUOTED_REPLY.search(around)
    )
    if reply:
        return reply[1][0] == "5"
    return finding.action == "failed" or not _LATER.search(f"{said} {around}")


# Where the server's words begin, in a notice that surrounds them with its own.
_QUOTE = re.compile(
    r"(?:said: |<<< |\(reason: |reason: |server returned was:|remote server was:|returned '|"
    r"(?<![\w.])[45]\d\d[ -](?:[45]\.\d{1,2}\.\d{1,3}[ :])?)",
    re.IGNORECASE,
)


def sentence(finding: Finding) -> str:
    """Return the server's words as one line, or those of the notice where it quotes none."""
    if finding.diagnostic:
        return " ".join(finding.diagnostic.split())
    text = " ".join(finding.context.split())
    quote = _QUOTE.search(text)
    if quote:
        return (
            text[quote.end() :] if quote[0].endswith((": ", "< ", "'")) else text[quote.start() :]
        )
    behind = text.rpartition(finding.recipient)[2].lstrip(">:).;,-\"' ")
    return behind if len(behind.split()) > 2 else text
