"""What the supervisor is told about one program, and how patient it is with it."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A command that is kept running.

    `env` is its whole environment. `ready` is asked in a thread until it says True, and must answer
    within a second or two; None counts as ready once started. `user` None means whoever runs the
    supervisor. Where `once` is True, the program must end with status 0 before the next stage
    starts, and is not started again. `nursery` is the socket of the one that bears it, with the
    nursery's environment, user and directory; None starts it from nothing.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    ready: Callable[[], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20
    user: str | None = None
    directory: Path | None = None
    once: bool = False
    nursery: Path | None = None


@dataclass(frozen=True)
class Restarts:
    """How soon a program that died is started again, and when it is given up.

    The pause doubles from `first_seconds` to at most `most_seconds`, and begins anew after a life
    of `settled_seconds`. A program that has never been ready (without a question to ask: never
    settled) is given up with its death number `deaths` in `within_seconds`; that somebody killed
    it neither counts nor lengthens a pause.
    """

    first_seconds: float = 1
    most_seconds: float = 30
    settled_seconds: float = 60
    deaths: int = 5
    within_seconds: float = 60
