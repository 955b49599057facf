"""What a relay's "no" means: when to come back, and whether it is about us or about a reader.

RFC 5321 section 4.2 has the codes, RFC 3463 section 3 and IANA's registry of enhanced status codes
what stands behind them. Code and text are those of `channels.smtp.Outcome`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

_STATUS = re.compile(r"(?<![\d.])[45]\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)")


def _minutes(*waits: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=wait) for wait in waits)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The waits before each further try, the last one again and again, and whose they are.

    A rule is for every status that begins with one of `statuses`, every one of `codes`, and every
    text in which `words` are found.
    """

    waits: tuple[timedelta, ...]
    statuses: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    words: str = "(?!)"

    def fits(self, code: int, status: str, text: str) -> bool:
        """Return whether the rule is for this answer."""
        by_number = _is_among(status, self.statuses) or (not status and code in self.codes)
        return by_number or re.search(self.words, text, re.IGNORECASE) is not None


# The first that fits counts.
_RULES = (
    # Greylisting (RFC 6647): Postgrey lets pass what comes back after 300 seconds, others sooner.
    _Rule(_minutes(6, 15, 30, 60, 120), words=r"gr[ea]y-?list"),
    # Mailbox full: somebody has to tidy up.
    _Rule(_minutes(120, 240, 480), ("2.2",), words=r"over ?quota|mailbox (is )?full"),
    # Mailbox disabled, or "receiving mail too quickly" at Gmail.
    _Rule(_minutes(60, 120, 240), ("2.1",)),
    # Policy, reputation, rate (Gmail 421 4.7.28, Outlook 451 4.7.650), and nameless greylisting.
    _Rule(_minutes(6, 15, 30, 60, 120), ("7.",), words=r"rate limit|too (many|fast)|throttl"),
    # DNS, of the reader's domain or of ours: a negative answer is kept for a while (RFC 2308).
    _Rule(_minutes(15, 30, 60, 120, 240), ("4.3", "4.4", "1.8")),
    # No answer, bad connection, congestion.
    _Rule(_minutes(2, 5, 15, 30, 60, 120), ("4.",)),
    # A disk is full, a machine is busy or on its way down.
    _Rule(_minutes(5, 15, 30, 60, 120), ("3.",), codes=(421, 452)),
    # Whatever else is "local error" or "mailbox unavailable".
    _Rule(_minutes(1, 5, 15, 60, 180, 360), words=""),
)


def until(
    code: int,
    text: str,
    attempts: int,
    age: timedelta,
    *,
    give_up_after: timedelta,
) -> timedelta | None:
    """Return how long a deferred delivery waits before its next try, None to give up.

    `attempts` is how often it was put off before this answer, `age` how long ago it was first due.
    The last try is made when `give_up_after` is reached.
    """
    if age >= give_up_after:
        return None
    status = _status(text)
    waits = next(rule.waits for rule in _RULES if rule.fits(code, status, text))
    return min(waits[min(attempts, len(waits) - 1)], give_up_after - age)


# Statuses that speak of the sender or the message, whatever the text says: a bad sender's mailbox
# or system, too big for a mailbox or a system (it is as big for everybody), not capable of what we
# asked for, incorrectly configured, a sender's domain that takes no mail itself (RFC 7505).
_OURS = ("1.7", "1.8", "2.3", "3.3", "3.4", "3.5", "7.27")
# A list that may not be written to, a mailbox that is somebody else's by now (RFC 7293), an address
# that is not ASCII (RFC 6531).
_THEIRS = ("6.7", "7.2", "7.17", "7.18", "7.19")
# Protocol, content, and policy: SPF, DKIM, DMARC (RFC 7372), logins (RFC 4954), TLS, reputation.
# Ours, unless the text names a reader.
_OURS_MOSTLY = ("5.", "6.", "7.")
# Statuses that say nothing; Outlook answers "550 5.5.0 … mailbox unavailable".
_VAGUE = ("", "0.0", "3.0", "5.0")
# Codes without a status: syntax, no mail here (RFC 7504), logins (RFC 4954), transaction failed.
_OUR_CODES = (500, 501, 502, 503, 504, 521, 530, 534, 535, 538, 554, 555)

_READER = r"(user|recipient|mailbox|account|(?<!sender )address)"
_SAYS_READER = re.compile(
    rf"no such {_READER}|(unknown|invalid) {_READER}|{_READER} .{{0,40}}"
    r"(unknown|not (be )?(exist|found|known)|unavailable|disabled|inactive|rejected|full)"
    r"|does(n't| not) exist|user not local|mailing list|distribution (list|group)|quota",
    re.IGNORECASE,
)
_SAYS_US = re.compile(
    r"relay|authenticat|log ?in|too (big|large)|size limit|spam|blocked|unsolicited|bulk mail"
    r"|(block|black|deny) ?list|reputation|dmarc|dkim|\bspf\b|policy|sender|client host"
    r"|reverse dns|\bptr\b|not authori[sz]ed",
    re.IGNORECASE,
)


def is_fault_of_sender(code: int, text: str) -> bool:
    """Return whether a 5xx is about us or the message, so that everybody would get the same.

    Where an answer can be read either way, what it says of a reader counts: one answer too many is
    cheaper than an edition that stops. True of one answer is a hint, of a row of them it is proof.
    """
    if not 500 <= code < 600:
        return False
    status = _status(text)
    if _is_among(status, _OURS):
        return True
    if _is_among(status, _THEIRS) or _SAYS_READER.search(text):
        return False
    if not _is_among(status, _VAGUE):
        return _is_among(status, _OURS_MOSTLY)
    return code in _OUR_CODES or _SAYS_US.search(text) is not None


def _status(text: str) -> str:
    """Return subject and detail of the enhanced status ("7.1" of "5.7.1"), "" without one."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def _is_among(status: str, those: Iterable[str]) -> bool:
    """Return whether a status is one of `those`, or of a subject among them ("7.")."""
    return any(status == one or (one.endswith(".") and status.startswith(one)) for one in those)
