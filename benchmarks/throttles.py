"""What it costs to ask whether a message may go, in look-ups in a dict.

python -m benchmarks.throttles
"""

import time
from collections.abc import Callable

from publisher.delivery.throttles import shares
from publisher.delivery.throttles.limits import GroupLimits, Limits
from publisher.delivery.throttles.shares import Shares
from publisher.delivery.throttles.throttle import Throttle

_TIMES = 200_000
# The least disturbed of so many goes.
_GOES = 5


def measure(what: str, ask: Callable[[], object], look_up: float) -> None:
    """Print what one call costs."""
    spent = _nanoseconds(ask)
    print(f"{what:<46} {spent:6.0f} ns  {spent / look_up:5.1f} look-ups", flush=True)


def _nanoseconds(call: Callable[[], object]) -> float:
    def once() -> int:
        begun = time.perf_counter_ns()
        for _ in range(_TIMES):
            call()
        return time.perf_counter_ns() - begun

    return min(once() for _ in range(_GOES)) / _TIMES


def _throttle(limits: Limits, *granted: str) -> Throttle:
    throttle = Throttle(limits, Shares(), time.monotonic)
    for name in granted:
        share = throttle.held.of(name)
        share.grant(_TIMES * _GOES, ask_in=0, now=time.monotonic() + 3600)
    return throttle


def main() -> None:
    """Measure the ways a message may go."""
    known = {"reader.example": 1}
    look_up = _nanoseconds(lambda: known.get("reader.example"))
    print(f"{'a dict look-up':<46} {look_up:6.0f} ns")
    free = _throttle(Limits())
    group = shares.of_group("gmail")
    limits = Limits(100, 1000, 10_000, {"gmail": GroupLimits(100, 20)})
    limited = _throttle(limits, shares.PER_SECOND, shares.QUOTA, group)
    spent = _throttle(limits)
    address = "somebody@reader.example"
    measure("group_of", lambda: free.group_of(address), look_up)
    measure("may_go, nothing is limited", lambda: free.may_go("reader.example"), look_up)
    measure("may_go, in flight bounded", lambda: free.may_go("gmail"), look_up)
    measure("may_go, relay and provider limited", lambda: limited.may_go("gmail"), look_up)
    measure("may_go, nothing is left", lambda: spent.may_go("gmail"), look_up)
    measure("enter and leave, not bounded", lambda: _pass(free, "reader.example"), look_up)
    measure("enter and leave, bounded", lambda: _pass(free, "gmail"), look_up)


def _pass(throttle: Throttle, group: str) -> None:
    throttle.enter(group)
    throttle.leave(group)


if __name__ == "__main__":
    main()
