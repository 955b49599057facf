"""PostgreSQL and Redis together: run by one process at a time, used by every command meanwhile."""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from publisher.embedded import folders, leftovers, lines, lock, postgresql, redis_server
from publisher.embedded.places import Places
from publisher.embedded.program import Program
from publisher.embedded.supervisor import Supervisor

READY_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.1
_LOG_BYTES = 1_000_000


class Engine(NamedTuple):
    """One of the two: `prepare` returns what to run; `answers` connects and asks."""

    prepare: Callable[[Places, Callable[[str], None]], Program]
    answers: Callable[[Places], bool]


ENGINES = MappingProxyType(
    {
        postgresql.NAME: Engine(postgresql.prepare, postgresql.answers),
        redis_server.NAME: Engine(redis_server.prepare, redis_server.answers),
    }
)
BOTH = tuple(ENGINES)


class Engines:
    """The engines of one home; `wanted` leaves out one that runs elsewhere."""

    def __init__(
        self,
        places: Places,
        wanted: Collection[str] = BOTH,
        *,
        log: Callable[[str], None] = lines.note,
    ) -> None:
        self._places = places
        self._wanted = [ENGINES[name] for name in wanted]
        self._log = log
        self._running: ExitStack | None = None

    def answer(self) -> bool:
        """Tell whether every wanted engine can be used at this moment, whoever runs it."""
        return all(engine.answers(self._places) for engine in self._wanted)

    @contextmanager
    def claimed(self) -> Iterator[list[Program]]:
        """Hold the home, end what a killed supervisor left, and give out what to supervise.

        Raises Refused where another process holds the home or something needed is missing. The
        supervisor must be given `pids=places.pids`, or the next start will not know what this one
        left.
        """
        places = self._places
        folders.make_home(places.home)
        with lock.claimed(places):
            folders.require_space(places.home)
            for folder in (places.pids, places.logs):
                folders.private(folder)
            _make_run(places)
            for name in leftovers.end_all(places.pids):
                self._log(f"Ended {name}, which a killed Publisher had left running.")
            yield [engine.prepare(places, self._log) for engine in self._wanted]

    def start(self) -> None:
        """Start the engines and return when they answer; what they say goes to a file."""
        with ExitStack() as stack:
            programs = stack.enter_context(self.claimed())
            log = stack.enter_context(_written(self._places))
            supervisor = Supervisor([programs], log=log, pids=self._places.pids)
            stack.enter_context(supervisor).wait_ready(READY_SECONDS)
            self._running = stack.pop_all()

    def stop(self) -> None:
        """End what `start()` started, and let go of the home."""
        if self._running:
            self._running.close()
            self._running = None


@contextmanager
def running(
    places: Places,
    wanted: Collection[str] = BOTH,
    *,
    log: Callable[[str], None] = lines.note,
) -> Iterator[None]:
    """Have the engines while the block runs: those that answer already, else our own.

    Where another process is starting or ending them, its end is waited for, 30 seconds at most. Who
    started the engines for a block of its own ends them only after the last other block that uses
    them.
    """
    engines = Engines(places, wanted, log=log)
    folders.make_home(places.home)
    deadline = time.monotonic() + READY_SECONDS
    while True:
        with lock.visiting(places) as welcome:
            if welcome and engines.answer():
                yield
                return
        try:
            engines.start()
            break
        except lock.Held:
            if time.monotonic() > deadline:
                raise
        time.sleep(_LOOK_EVERY_SECONDS)
    try:
        yield
    finally:
        with lock.after_the_last_guest(places):
            engines.stop()


def _make_run(places: Places) -> None:
    """Make the folder of the sockets; root's lets PostgreSQL's user through to its own below."""
    if os.geteuid() == 0:
        folders.passable(places.run)
    else:
        folders.private(places.run)


@contextmanager
def _written(places: Places) -> Iterator[Callable[[str], None]]:
    path = places.logs / "engines.log"
    full = path.exists() and path.stat().st_size > _LOG_BYTES
    with path.open("w" if full else "a", encoding="utf-8") as file:
        yield partial(lines.write_to, file)
