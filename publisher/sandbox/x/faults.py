"""What shall go wrong next, ordered by the tests and the demo."""

from dataclasses import dataclass
from threading import Event, Lock
from typing import Any

from publisher.sandbox.x.answers import Answer, problem

POSTING = "POST /2/tweets"
SLOW_SECONDS = 20.0


class Dropped(ConnectionAbortedError):
    """The connection is to be closed without an answer; WSGI servers do so when they see this."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong once, on one route."""

    kind: str
    route: str = POSTING
    seconds: float = SLOW_SECONDS

    def before(self) -> Answer | None:
        """Fail before the call is looked at, where that is this fault's kind."""
        if self.kind == "drop-before":
            raise Dropped
        return _unavailable() if self.kind == "503" else None

    def after(self, answer: Answer, closing: Event) -> Answer:
        """Spoil the answer to a call that was done."""
        match self.kind:
            case "drop":
                raise Dropped
            case "503-stored":
                return _unavailable()
            case "broken-body":
                return Answer(answer.status, answer.body[:-10], answer.content_type)
            case _:
                closing.wait(self.seconds)
                return answer


KINDS = frozenset({"503", "503-stored", "drop", "drop-before", "broken-body", "slow"})


class Faults:
    """The faults that are still to come, first come first served on each route."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []
        self._lock = Lock()

    def order(self, orders: object) -> None:
        """Take orders: `[{"kind": "drop", "count": 2, "route": "POST /2/tweets"}]`.

        Raises ValueError with a sentence where one is not understood; then none is taken.
        """
        if not isinstance(orders, list):
            raise ValueError("a list of faults is needed")
        coming = [fault for order in orders for fault in _read(order)]
        with self._lock:
            self._coming += coming

    def take(self, route: str) -> Fault | None:
        with self._lock:
            for fault in self._coming:
                if fault.route == route:
                    self._coming.remove(fault)
                    return fault
        return None


def _read(order: Any) -> list[Fault]:
    if not isinstance(order, dict) or order.get("kind") not in KINDS:
        raise ValueError(f"a fault is an object with a kind of {', '.join(sorted(KINDS))}")
    options = dict(order)
    count = options.pop("count", 1)
    if not isinstance(count, int) or not options.keys() <= {"kind", "route", "seconds"}:
        raise ValueError("a fault has kind, count, route and seconds, nothing else")
    return [Fault(**options)] * count


def _unavailable() -> Answer:
    return problem(503, "Service Unavailable", "Service Unavailable")
