"""A burst of refusals stops a mailing, before a whole list or a good name is burnt.

Two looks after every batch in which somebody was refused, each at a few hundred rows at most: at
the first of a mailing, where whatever is wrong with a list or a relay shows early, and at the
batch itself.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from publisher.delivery import actions
from publisher.delivery.models import Batch, Delivery, Mailing

# A tidy list has one or two per cent of bad addresses. Amazon SES puts a sender under review at
# five, and stops them at ten.
_SHARE = 0.05
# How many of the first are looked at: a share of 5 % is then 25 readers, and no accident.
_FIRST = 500
# How far is looked for them past those that wait or were left out, so that it stays a short look.
_LOOKED_AT = 2000
# Of a later batch, most: a relay or a provider has changed its mind about us.
_MOST = 0.5
# Fewer than this are single addresses, however small the list is.
_FEWEST = 10
# What somebody has let pass is asked about again when it has doubled.
_MUCH_WORSE = 2
_REASON_LENGTH = 160

# What differs from one reader's answer to the next: addresses, ids, times.
_PERSONAL = re.compile(r"<[^<>\s]*>|[^\s<>@]+@[^\s<>@]+|\b(?=\w*\d)[\w-]{9,}\b")

# How often each answer came: its state, its words ("" for those that were sent), its count.
Answers = Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class _Burst:
    """So many of some deliveries were refused, and most often in these words."""

    refused: int
    of: int
    which: str
    reason: str

    @property
    def share(self) -> float:
        """Return the part that was refused, of 1."""
        return self.refused / self.of if self.of else 0.0

    def __str__(self) -> str:
        return (
            f"{self.refused} of {self.which} {self.of} were refused ({self.share:.1%}), "
            f"most often: {self.reason}; look at the list or the relay, then resume or cancel."
        )


def watch(mailing_id: int, batch_id: int) -> None:
    """Hold a mailing, for an editor to decide, where a burst of its readers was refused.

    To be called after every batch in which somebody was refused. What an editor has let pass does
    not hold it again, unless it has become much worse.
    """
    watched = Mailing.objects.filter(pk=mailing_id, state=Mailing.State.OPEN, held=False)
    known = watched.values_list("refusals_known", flat=True).first()
    if known is None:
        return
    batch = _burst("this batch of", _answers(_OF_BATCH, mailing_id, batch_id))
    # Most batches end here: nobody was refused, so that the share of the first has not grown.
    if not batch.refused:
        return
    first = _burst("the first", _answers(_FIRST_ONES, mailing_id, batch_id))
    for burst, limit in ((first, _SHARE), (batch, _MOST)):
        is_many = burst.refused >= _FEWEST and burst.share > max(limit, known * _MUCH_WORSE)
        if is_many and _has_readers_left(mailing_id):
            _stop(mailing_id, burst)
            return


@transaction.atomic
def _stop(mailing_id: int, burst: _Burst) -> None:
    Mailing.objects.filter(pk=mailing_id).update(refusals_known=burst.share)
    actions.stop(mailing_id, str(burst))


def _burst(which: str, answers: Answers) -> _Burst:
    reasons = Counter[str]()
    for state, reason, count in answers:
        if state != Delivery.State.SENT:
            reasons[_PERSONAL.sub("…", reason)] += count
    of = sum(count for *_, count in answers)
    return _Burst(reasons.total(), of, which, _commonest(reasons))


def _commonest(reasons: Counter[str]) -> str:
    (most, _), *_ = reasons.most_common(1) or [("", 0)]
    return most[:_REASON_LENGTH].rstrip(" .;") or "no reason was given"


def _answers(query: str, mailing_id: int, batch_id: int) -> Answers:
    bounds = {"looked_at": _LOOKED_AT, "first": _FIRST}
    with connection.cursor() as cursor:
        cursor.execute(query, {"mailing": mailing_id, "batch": batch_id, **bounds})
        answers: Answers = cursor.fetchall()
    return answers


def _has_readers_left(mailing_id: int) -> bool:
    """Return whether anybody has not been tried: to stop for those who were is too late."""
    if Mailing.objects.filter(pk=mailing_id, addressed_at=None).exists():
        return True
    waiting = Delivery.objects.filter(batch__mailing_id=mailing_id, state=Delivery.State.QUEUED)
    return waiting.exclude(batch__state=Batch.State.DONE).exists()


# By the index that keeps a reader from getting it twice, in the order in which they are addressed.
_FIRST_ONES = """
    SELECT state, CASE WHEN state = 'sent' THEN '' ELSE reason END, count(*) FROM (
        SELECT state, reason FROM (
            SELECT state, reason, subscriber_id FROM delivery_delivery
            WHERE mailing_id = %(mailing)s
            ORDER BY subscriber_id
            LIMIT %(looked_at)s
        ) AS looked_at
        WHERE state IN ('sent', 'refused', 'bounced')
        ORDER BY subscriber_id
        LIMIT %(first)s
    ) AS first
    GROUP BY 1, 2
"""

# Who was put off has moved on to another batch, or is open still.
_OF_BATCH = """
    SELECT state, CASE WHEN state = 'sent' THEN '' ELSE reason END, count(*)
    FROM delivery_delivery
    WHERE batch_id = %(batch)s AND state IN ('sent', 'refused', 'bounced')
    GROUP BY 1, 2
"""
