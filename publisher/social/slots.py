"""When an account may speak: in its slots, outside its quiet hours, with a gap, so often a day.

Everything here is by the account's own clock, which is put forward and back twice a year. A time
that the clock skips is meant as much later as the clock was put forward; of a time that it shows
twice the first is meant, but for quiet hours, which hold both times.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from publisher.errors import Refused

# Who has nothing free for so long has been given more than it can say.
DAYS_AHEAD = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """When an account speaks.

    `slots` are weekdays, Monday is 0, with times; where there are none, it speaks at all times.
    `quiet` are the hours from the first to the second time, which may be past midnight. With
    `most_per_day` None it speaks as often as it likes.
    """

    zone: ZoneInfo
    slots: tuple[tuple[int, time], ...] = ()
    quiet: tuple[time, time] | None = None
    gap: timedelta = timedelta(0)
    most_per_day: int | None = None


def first(rules: Rules, wanted: datetime, taken: Sequence[datetime]) -> datetime:
    """Return the first moment from `wanted` on at which the account may speak, in UTC.

    `taken` are the moments at which it speaks already; a slot is for one post. Raises Refused where
    nothing is free for 60 days.
    """
    wanted = wanted.astimezone(UTC)
    occupied = _Occupied(rules, taken)
    found = _slot(rules, wanted, occupied) if rules.slots else _opening(wanted, occupied)
    if found is None:
        raise Refused(
            f"Nothing is free for {DAYS_AHEAD} days; give the account more slots, a shorter gap or"
            " more posts a day."
        )
    return found


def objections(rules: Rules, moment: datetime, taken: Sequence[datetime]) -> list[str]:
    """Return what speaks against a moment that somebody has chosen, a sentence each.

    That it is in none of the slots is no objection: it was chosen by hand.
    """
    occupied, said = _Occupied(rules, taken), []
    if rules.quiet and is_quiet(rules, moment):
        start, end = rules.quiet
        said.append(f"It is in the quiet hours from {start:%H:%M} to {end:%H:%M}.")
    if near := occupied.nearest(moment):
        at, minutes = near.astimezone(rules.zone), round(rules.gap / timedelta(minutes=1))
        said.append(f"Another post goes out at {at:%H:%M}, and the gap is {minutes} minutes.")
    if occupied.is_full(moment):
        said.append(f"The day has all of its posts already: {rules.most_per_day}.")
    return said


def is_quiet(rules: Rules, moment: datetime) -> bool:
    """Say whether the account's clock shows one of its quiet hours."""
    if rules.quiet is None:
        return False
    (start, end), shown = rules.quiet, moment.astimezone(rules.zone).time()
    return start <= shown < end if start <= end else not end <= shown < start


class _Occupied:
    """What is taken already, and what that and the rules leave."""

    def __init__(self, rules: Rules, taken: Sequence[datetime]) -> None:
        self._rules = rules
        self._taken = sorted(moment.astimezone(UTC) for moment in taken)
        self._days = Counter(moment.astimezone(rules.zone).date() for moment in taken)

    def nearest(self, moment: datetime) -> datetime | None:
        """Return what is nearest to a moment, where that is nearer than the gap."""
        # In one zone Python subtracts what clocks show, which is not how much time passes.
        moment = moment.astimezone(UTC)
        near = [each for each in self._taken if abs(each - moment) < self._rules.gap]
        return min(near, key=lambda each: abs(each - moment), default=None)

    def is_full(self, moment: datetime) -> bool:
        """Say whether the day of a moment has all of its posts."""
        day = moment.astimezone(self._rules.zone).date()
        return self._rules.most_per_day is not None and self._days[day] >= self._rules.most_per_day

    def lets(self, slot: datetime) -> bool:
        """Say whether a slot may be used."""
        return slot not in self._taken and self.later(slot) == slot

    def later(self, moment: datetime) -> datetime:
        """Return a moment that is allowed, and of another one when what forbids it ends."""
        if is_quiet(self._rules, moment):
            return _quiet_end(self._rules, moment)
        if self.is_full(moment):
            tomorrow = moment.astimezone(self._rules.zone).date() + _DAY
            return _moment(tomorrow, time(), self._rules.zone)
        for each in self._taken:
            if abs(each - moment) < self._rules.gap:
                moment = each + self._rules.gap
        return moment


def _slot(rules: Rules, wanted: datetime, occupied: _Occupied) -> datetime | None:
    today = wanted.astimezone(rules.zone).date()
    # From yesterday on: its last slot may be one that the clock skipped past midnight.
    for day in (today + _DAY * number for number in range(-1, DAYS_AHEAD + 1)):
        times = (at for weekday, at in rules.slots if weekday == day.weekday())
        for moment in sorted(_moment(day, at.replace(fold=0), rules.zone) for at in times):
            if moment >= wanted and occupied.lets(moment):
                return moment
    return None


def _opening(wanted: datetime, occupied: _Occupied) -> datetime | None:
    moment, end = wanted, wanted + _DAY * DAYS_AHEAD
    while moment <= end:
        later = occupied.later(moment)
        if later == moment:
            return moment
        moment = later
    return None


def _quiet_end(rules: Rules, moment: datetime) -> datetime:
    _, end = rules.quiet or (time(), time())
    today = moment.astimezone(rules.zone).date()
    days = (today + _DAY * number for number in range(3))
    # Where the clock shows the end twice, it may be quiet again after the first time.
    ends = chain.from_iterable(
        (_moment(day, end, rules.zone), _moment(day, end.replace(fold=1), rules.zone))
        for day in days
    )
    return min(each for each in ends if each > moment and not is_quiet(rules, each))


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
