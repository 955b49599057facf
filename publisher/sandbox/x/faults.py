"""What shall go wrong next, ordered by the tests and the demo."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from threading import Event, Lock
from typing import Any

from publisher.sandbox.x.answers import Answer, unavailable
from publisher.sandbox.x.rations import QUARTER, WINDOWS

POSTING = "POST /2/tweets"
TIMELINE = "GET /2/users/:id/tweets"
FINALIZING = "POST /2/media/upload/:id/finalize"
SLOW_SECONDS = 20.0
# Answered without looking at the call.
REFUSALS = frozenset({"402", "429", "503", "drop-before"})
# The call is done, and its answer is lost, late or broken.
SPOILERS = frozenset({"503-stored", "drop", "broken-body", "slow"})
# The call is done otherwise than it usually is; by the route where it does anything.
TWISTS = {"lag": TIMELINE, "media-failed": FINALIZING, "media-slow": FINALIZING}
KINDS = REFUSALS | SPOILERS | TWISTS.keys()

_OPTIONS = frozenset({"kind", "route", "seconds", "windows", "calls"})


class Dropped(ConnectionAbortedError):
    """The connection is to be closed without an answer; WSGI servers do so when they see this."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong once, on one route.

    `seconds` is how late an answer is (slow), how old a post has to be to be shown by this one look
    at a timeline (lag), or how long a window stays used up (429). `windows` are those that a 429
    names, `calls` is how many questions the processing of media takes (media-slow).
    """

    kind: str
    route: str = POSTING
    seconds: float = SLOW_SECONDS
    windows: frozenset[str] = frozenset({QUARTER})
    calls: int = 2

    def spoil(self, answer: Answer, closing: Event) -> Answer:
        """Return what becomes of the answer to a call that was done; raises Dropped."""
        match self.kind:
            case "drop":
                raise Dropped
            case "503-stored":
                return unavailable()
            case "broken-body":
                return replace(answer, body=answer.body[:-10])
            case "slow":
                closing.wait(self.seconds)
        return answer


class Faults:
    """The faults that are still to come, first come first served on each of `routes`."""

    def __init__(self, routes: Collection[str]) -> None:
        self._routes = routes
        self._coming: list[Fault] = []
        self._lock = Lock()

    def order(self, orders: object) -> None:
        """Take orders: `[{"kind": "drop", "count": 2, "route": "POST /2/tweets"}]`.

        Raises ValueError with a sentence where one is not understood; then none is taken.
        """
        if not isinstance(orders, list):
            raise ValueError("a list of faults is needed")
        coming = [fault for order in orders for fault in self._read(order)]
        with self._lock:
            self._coming += coming

    def take(self, route: str) -> Fault | None:
        with self._lock:
            for fault in self._coming:
                if fault.route == route:
                    self._coming.remove(fault)
                    return fault
        return None

    def _read(self, order: Any) -> list[Fault]:
        if not isinstance(order, dict) or order.get("kind") not in KINDS:
            raise ValueError(f"a fault is an object with a kind of {', '.join(sorted(KINDS))}")
        options: dict[str, Any] = {"route": TWISTS.get(order["kind"], POSTING)} | order
        count = options.pop("count", 1)
        if options["route"] not in self._routes:
            raise ValueError(f"a fault's route is one of {', '.join(self._routes)}")
        if not options.keys() <= _OPTIONS:
            raise ValueError("a fault has kind, count, route, seconds, windows and calls only")
        numbers = count, options.get("seconds", 0), options.get("calls", 0)
        if not all(map(isinstance, numbers, (int, int | float, int))):
            raise ValueError("a fault's count, seconds and calls are numbers")
        windows = options.pop("windows", [QUARTER])
        if not isinstance(windows, list) or not all(each in WINDOWS for each in windows):
            raise ValueError(f"a fault's windows are a list of some of {', '.join(WINDOWS)}")
        return [Fault(windows=frozenset(windows), **options)] * count
