"""The throttles of one shift: one for each relay that it sends by, supplied beside the sending.

A message that may not go yet is set aside. Where it is worth it the round sits the wait out, and
otherwise the batch comes again when the wait is over.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings

from publisher.channels.mail import Outcome
from publisher.delivery.loops import in_thread
from publisher.delivery.queries import Letter
from publisher.delivery.routing import Way
from publisher.delivery.throttles import limits, pace, supply
from publisher.delivery.throttles.throttle import Throttle

# How often allowances are asked for ahead: the throttles expect a few times a second.
_REFILL_EVERY_SECONDS = 0.2


class Pacer:
    """What one round asks before each of its messages by one relay.

    `domain` is the sending domain's, whose name may be young. `waits` is False for mail that
    somebody waits for: it is counted, and held back by nothing.
    """

    def __init__(self, throttle: Throttle, domain: str, *, waits: bool) -> None:
        self.set_aside: list[Letter] = []
        self._throttle = throttle
        self._domain = domain
        self._waits = waits
        # To whom each message that may be in flight goes.
        self._groups: dict[int, str] = {}

    def lets_go(self, letter: Letter) -> bool:
        """Return whether a letter may go now; one that may not is set aside."""
        group = self._throttle.group_of(letter.address)
        if self._throttle.may_go(group, self._domain) and self._waits:
            self.set_aside.append(letter)
            return False
        self._throttle.enter(group)
        self._groups[letter.delivery_id] = group
        return True

    def hear(self, outcome: Outcome) -> None:
        """Take what was answered."""
        group = self._groups.get(outcome.key, "")
        if outcome.verdict == "deferred" and pace.asks_to_slow_down(outcome.code, outcome.detail):
            self._throttle.slow_down(group, outcome.detail)
        self.settle(outcome.key)

    def settle(self, delivery_id: int) -> None:
        """Take that a message is not in flight any more."""
        if group := self._groups.pop(delivery_id, ""):
            self._throttle.leave(group)

    def settle_all(self) -> None:
        """Take that nothing is in flight any more."""
        for delivery_id in [*self._groups]:
            self.settle(delivery_id)

    def take_back(self) -> tuple[list[Letter], float]:
        """Return what was set aside, and in how many seconds the first of it may go."""
        letters, self.set_aside = self.set_aside, []
        groups = {self._throttle.group_of(letter.address) for letter in letters}
        return letters, self._throttle.until(groups, self._domain)


class Pacing:
    """All throttles of a shift, by relay; `clock` is the shift's own."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._opened: dict[str, tuple[Throttle, supply.Supply]] = {}
        # The supplies are not made for two threads at a time.
        self._filling = asyncio.Lock()

    async def throttle(self, way: Way) -> Throttle:
        """Return the throttle of a relay, which has been supplied once at least."""
        async with self._filling:
            if way.name not in self._opened:
                of_domains = limits.by_domain(settings.PUBLISHER_DOMAIN_LIMITS)
                self._opened[way.name] = supply.opened(way.name, limits.of(way, of_domains))
                await in_thread(self._opened[way.name][1].refill, now=self._clock())
        return self._opened[way.name][0]

    async def keep_supplied(self) -> None:
        """Ask for what will be needed, again and again, until cancelled."""
        while True:
            await asyncio.sleep(_REFILL_EVERY_SECONDS)
            async with self._filling:
                await in_thread(_refill, [each for _, each in self._opened.values()], self._clock())

    async def close(self) -> None:
        """Give back what was not used."""
        async with self._filling:
            for _, each in self._opened.values():
                await in_thread(each.close)


def _refill(supplies: Sequence[supply.Supply], now: datetime) -> None:
    for each in supplies:
        each.refill(now=now)
