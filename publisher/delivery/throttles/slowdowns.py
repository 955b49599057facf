"""Who asked us to slow down, by which relay: told to all workers, and to editors, by PostgreSQL."""

import logging
from datetime import datetime

from django.db import transaction

from publisher.delivery.models import Slowdown
from publisher.delivery.throttles.pace import REMEMBERED_FOR, Pace, slower

log = logging.getLogger(__name__)


def paces(relay: str, *, now: datetime) -> dict[str, Pace]:
    """Return the pace of every provider that asked a relay's mail to slow down lately."""
    rows = Slowdown.objects.filter(relay=relay, rests_until__gt=now - REMEMBERED_FOR)
    return {row.group: _pace(row) for row in rows}


@transaction.atomic
def note(relay: str, group: str, said: str, usual: float | None, *, now: datetime) -> None:
    """Let a provider rest, and then have less; what ten connections are told at once counts once.

    `usual` is its limit a second when nothing is wrong; None: it has none.
    """
    first = slower(None, usual, now=now)
    row, begun = Slowdown.objects.select_for_update().get_or_create(
        relay=relay, group=group, defaults={**_fields(first), "said": said}
    )
    pace = first if begun else slower(_pace(row), usual, now=now)
    if begun or pace != _pace(row):
        Slowdown.objects.filter(pk=row.pk).update(**_fields(pace), said=said)
        log.warning("%s by %s rests until %s: %s", group, relay, pace.rests_until, said)


def _pace(row: Slowdown) -> Pace:
    return Pace(row.rate, row.times, row.rests_until)


def _fields(pace: Pace) -> dict[str, object]:
    return {"rate": pace.rate, "times": pace.times, "rests_until": pace.rests_until}
