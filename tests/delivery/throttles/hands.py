"""A clock that only a test moves, and workers that send as fast as they may."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from publisher.delivery.throttles.limits import Limits
from publisher.delivery.throttles.metering import Meter
from publisher.delivery.throttles.shares import Shares
from publisher.delivery.throttles.supply import Supply
from publisher.delivery.throttles.throttle import Throttle


class Clock:
    """Seconds that grow when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@dataclass
class Worker:
    """One process with its throttle and what supplies it, and when it sent something."""

    clock: Clock
    limits: Limits
    meter: Meter
    sent: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.throttle = Throttle(self.limits, Shares(), self.clock)
        self.supply = Supply("harbour", self.throttle, self.meter)
        self.supply._rates = self.limits.rates()

    def refill(self) -> None:
        """Ask for limits a second only: what needs no database."""
        self.supply._ask()

    def send(self, count: int, group: str = "reader.example") -> int:
        """Send up to so many, and return how many went."""
        went = 0
        while went < count and not self.throttle.may_go(group):
            went += 1
        self.sent += [self.clock()] * went
        # What is set aside is asked for again, and so the supply hears of it.
        for _ in range(count - went):
            self.throttle.may_go(group)
        return went


def most_within(seconds: float, moments: Sequence[float]) -> int:
    """Return the most moments that lie within any so many seconds."""
    ordered = sorted(moments)
    most = begin = 0
    for end, moment in enumerate(ordered):
        while moment - ordered[begin] >= seconds:
            begin += 1
        most = max(most, end - begin + 1)
    return most
