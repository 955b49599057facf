"""What a provider gets that asked us to slow down, until it is content again.

It rests, longer each time; then it gets half of what it had, and a little more every minute: like
TCP, which has the same question to answer (RFC 5681 section 3.1).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

# How long nothing goes to who asks for the first, second … time. KumoMTA's rules for Gmail,
# Microsoft and Yahoo rest between 15 minutes and 2 hours; the first request may be a hiccup.
RESTS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120))
# Messages a second that a provider without a limit is taken to have stood.
USUAL = 20.0
# One a minute, which is what KumoMTA's rules come down to.
SLOWEST = 1 / 60
# A tenth of what is usual more, every minute.
RECOVER_EVERY = timedelta(minutes=1)
RECOVER_STEPS = 10
# Who asks again within this long is asking again, and not for the first time.
REMEMBERED_FOR = timedelta(hours=6)

# RFC 5321 section 4.2.3 "service not available"; RFC 3463: X.7.* is policy, X.4.5 congestion.
_CLOSING = 421
_STATUS = re.compile(r"4\.(7\.\d+|4\.5)\b")
# It asks every stranger to come again, once; that says nothing about how fast.
_GREYLISTED = re.compile("gr[ae]y-?list", re.IGNORECASE)
# One mailbox gets too much, not its provider (Gmail's 450 4.2.1).
_ONE_MAILBOX = re.compile(r"4\.2\.\d+\b")


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate` messages a second from `rests_until` on; `times` it has asked in a row."""

    rate: float
    times: int
    rests_until: datetime

    def at(self, now: datetime, usual: float | None) -> float | None:
        """Return messages a second: 0 while it rests, None once it has recovered.

        `usual` is its limit when nothing is wrong; None: it has none.
        """
        if now < self.rests_until:
            return 0.0
        full = usual or USUAL
        steps = (now - self.rests_until) // RECOVER_EVERY
        rate = self.rate + steps * full / RECOVER_STEPS
        return rate if rate < full else None


def slower(pace: Pace | None, usual: float | None, *, now: datetime) -> Pace:
    """Return the pace after a request to slow down; what is said during a rest was asked before."""
    if pace is None:
        return Pace(max((usual or USUAL) / 2, SLOWEST), 1, now + RESTS[0])
    rate = pace.at(now, usual)
    if rate == 0.0:
        return pace
    times = pace.times + 1 if now - pace.rests_until < REMEMBERED_FOR else 1
    rest = RESTS[min(times, len(RESTS)) - 1]
    return Pace(max((rate or usual or USUAL) / 2, SLOWEST), times, now + rest)


def asks_to_slow_down(code: int, detail: str) -> bool:
    """Return whether a relay's answer to a message means all mail for this provider.

    `detail` is the text behind the code, with its enhanced status (RFC 3463) where it has one.
    """
    if not 400 <= code < 500 or _GREYLISTED.search(detail) or _ONE_MAILBOX.match(detail):
        return False
    return code == _CLOSING or bool(_STATUS.match(detail))
