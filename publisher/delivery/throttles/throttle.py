"""The hot path: may this message go now? Asked for every message, and it never waits for anything.

One per process and relay. The loop's thread asks, the supply's thread tells it what changed.
"""

from collections.abc import Callable, Iterable, Mapping

from publisher.delivery.throttles import providers, shares
from publisher.delivery.throttles.limits import Limits
from publisher.delivery.throttles.pace import RESTS
from publisher.delivery.throttles.shares import Share, Shares

# As many messages in flight as are allowed: one that is answered makes room at any moment.
FULL_SECONDS = 0.05


class _Gate:
    """What stands before one provider that takes less than everything."""

    __slots__ = ("bound", "in_flight", "rests_until", "share")

    def __init__(self) -> None:
        self.share: Share | None = None
        self.bound: int | None = None
        self.in_flight = 0
        self.rests_until = 0.0

    def wait(self, now: float) -> float:
        if now < self.rests_until:
            return self.rests_until - now
        return FULL_SECONDS if self.bound is not None and self.in_flight >= self.bound else 0.0


class Throttle:
    """Says whether a message may go, and counts it where it may.

    `clock` returns seconds that only grow. Until the supply has come by for the first time, nothing
    goes where something is limited.
    """

    def __init__(self, limits: Limits, held: Shares, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.held = held
        self.clock = clock
        self._common = tuple(
            held.of(name)
            for name, limit in (
                (shares.PER_SECOND, limits.per_second),
                (shares.QUOTA, limits.per_hour or limits.per_day),
            )
            if limit
        )
        self._gates = {group: _Gate() for group in limits.groups}
        self._young: dict[str, Share] = {}
        self._complaints: dict[str, str] = {}
        self.bound(1)
        self.slow({})

    # The loop's side.

    def may_go(self, group: str, domain: str = "") -> float:
        """Return 0.0 where one message may go now, and count it; else in how many seconds to ask.

        `domain` is the sending domain, whose name may still be new. A wait below a second is best
        sat out with the letter in hand, a longer one not.
        """
        gate = self._gates.get(group)
        if gate is None and not self._common and domain not in self._young:
            return 0.0
        now = self.clock()
        with self.held.lock:
            if gate is not None and (wait := gate.wait(now)):
                return wait
            needed = self._needed(gate, domain)
            if wait := _longest(needed, now):
                for share in needed:
                    share.missed += share.left <= 0
                return wait
            for share in needed:
                share.left -= 1
                share.spent += 1
        return 0.0

    def enter(self, group: str) -> None:
        """Count a message that leaves; `may_go` lets only so many be in flight to one provider."""
        if gate := self._gates.get(group):
            gate.in_flight += 1

    def leave(self, group: str) -> None:
        """Count a message that was answered, or whose connection broke."""
        if (gate := self._gates.get(group)) and gate.in_flight:
            gate.in_flight -= 1

    def until(self, groups: Iterable[str], domain: str = "") -> float:
        """Return in how many seconds the first of these groups may be worth asking; counts nothing.

        For what was set aside: its batch is due again by then.
        """
        now = self.clock()
        with self.held.lock:
            return min((self._wait(group, domain, now) for group in groups), default=0.0)

    def slow_down(self, group: str, said: str) -> None:
        """Let a provider rest that asked for it; see `pace.asks_to_slow_down`.

        This process stops at once; the supply tells the others, and how long it is to be.
        """
        now = self.clock()
        with self.held.lock:
            gate = self._gates.setdefault(group, _Gate())
            if now >= gate.rests_until:
                gate.rests_until = now + RESTS[0].total_seconds()
                self._complaints[group] = said

    def group_of(self, address: str) -> str:
        """Return the group that an address belongs to."""
        return providers.group_of(address)

    # The supply's side.

    def complaints(self) -> dict[str, str]:
        """Return who has asked to slow down since this was last asked, and in what words."""
        with self.held.lock:
            complaints, self._complaints = self._complaints, {}
        return complaints

    def bound(self, workers: int) -> None:
        """Take this process's part of what may be in flight to each provider: one at the least."""
        with self.held.lock:
            for group, limits in self.limits.groups.items():
                if limits.in_flight is not None:
                    self._gates[group].bound = max(limits.in_flight // workers, 1)

    def slow(self, paces: Mapping[str, tuple[float, float]]) -> None:
        """Take who is to be slow, all of them: seconds that each still rests, and its rate then."""
        now = self.clock()
        with self.held.lock:
            for group in paces.keys() - self._gates.keys():
                self._gates[group] = _Gate()
            for group, gate in self._gates.items():
                rest, rate = paces.get(group, (0.0, self.limits.usual(group)))
                limited = rate is not None
                gate.share = self.held.of(shares.of_group(group)) if limited else None
                # What was said a moment ago is not in `paces` yet.
                if group not in self._complaints:
                    gate.rests_until = now + rest

    def warm_up(self, domains: Iterable[str]) -> None:
        """Take the sending domains that are still new, all of them."""
        with self.held.lock:
            self._young = {domain: self.held.of(shares.of_domain(domain)) for domain in domains}

    def _wait(self, group: str, domain: str, now: float) -> float:
        gate = self._gates.get(group)
        standing = gate.wait(now) if gate else 0.0
        return max(standing, _longest(self._needed(gate, domain), now))

    def _needed(self, gate: _Gate | None, domain: str) -> tuple[Share, ...]:
        """Return the shares that a message takes one from each."""
        own = (gate.share if gate else None, self._young.get(domain))
        return (*self._common, *(share for share in own if share is not None))


def _longest(needed: tuple[Share, ...], now: float) -> float:
    return max((share.wait(now) for share in needed), default=0.0)
