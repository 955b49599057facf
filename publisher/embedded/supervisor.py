"""Starts programs in stages, keeps them running, and ends them in the opposite order.

    Supervisor([[postgres, redis], [sandbox], [web, worker, beat]]).run()

A stage starts when everything in the stage before is ready; within one, all start together. Ending
takes the stages backwards, and within one all programs drain at the same time.

The supervisor is one asyncio loop that sleeps until a program speaks, dies or is due. `run()` gives
it the calling thread until SIGINT, SIGTERM or SIGHUP. For a caller that has something else to do,
`start()` (or `with supervisor:`) gives it a thread of its own, and then `wait_ready()`, `wait()`
and `stop()` may be called from anywhere.
"""

import asyncio
import concurrent.futures
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from publisher.embedded import lines
from publisher.embedded.keeper import Keeper
from publisher.embedded.program import Program, Restarts
from publisher.errors import Refused

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SPEAKER = "publisher"


class Supervisor:
    """Keeps programs running; signals no process that it did not start.

    `log` takes whole lines, the speaker's name in front; None writes them to standard output, on a
    terminal in colours. `pids` is the folder in which running programs are written down for
    `leftovers.end_all`; None keeps no such book.
    """

    def __init__(
        self,
        stages: Sequence[Sequence[Program]],
        *,
        log: Callable[[str], None] | None = None,
        restarts: Restarts | None = None,
        pids: Path | None = None,
    ) -> None:
        names = [program.name for stage in stages for program in stage]
        say = _speakers([*names, _SPEAKER], log)
        self._say = say[_SPEAKER]
        self._stages = [
            [Keeper(program, say[program.name], restarts or Restarts()) for program in stage]
            for stage in stages
        ]
        self._pids = pids
        self._lives: dict[Keeper, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready: concurrent.futures.Future[None] = concurrent.futures.Future()

    def run(self) -> None:
        """Keep everything running until a signal; then drain, and at a second signal kill.

        Raises Refused, after everything has ended, where a program never got ready.
        """
        asyncio.run(self._in_foreground())

    def start(self) -> None:
        """Keep everything running in a thread of its own, until `stop()`."""
        begun = threading.Event()
        self._thread = threading.Thread(
            target=self._in_background, args=(begun,), name="supervisor", daemon=True
        )
        self._thread.start()
        begun.wait()

    def wait_ready(self, seconds: float) -> None:
        """Wait until every stage is ready; raises Refused where that fails or takes longer."""
        try:
            self._ready.result(seconds)
        except concurrent.futures.TimeoutError as error:
            late = next(k for stage in self._stages for k in stage if not k.ready.is_set())
            raise Refused(
                f"{late.program.name} is not ready after {seconds:g} s; {late.last_words}"
            ) from error

    def wait(self) -> None:
        """Wait until everything has ended; raises Refused where a program was given up."""
        if self._thread:
            self._thread.join()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """Drain, and wait as `wait()` does; Ctrl-C meanwhile kills."""
        self._call(self._stopping.set)
        try:
            self.wait()
        except KeyboardInterrupt:
            self._call(self._kill)
            self.wait()
            raise

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    async def _in_foreground(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            if not is_unheard(number):
                loop.add_signal_handler(number, self._told)
        await self._serve()
        if self._failure:
            raise self._failure

    def _in_background(self, begun: threading.Event) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            begun.set()
            await self._serve()

        try:
            asyncio.run(serve())
        finally:
            if not self._ready.done():
                why = self._failure or Refused("Stopped before everything was ready.")
                self._ready.set_exception(why)

    async def _serve(self) -> None:
        launch = asyncio.create_task(self._launch())
        launch.add_done_callback(self._note)
        await self._stopping.wait()
        launch.cancel()
        await self._drain()

    async def _launch(self) -> None:
        for stage in self._stages:
            for keeper in stage:
                self._lives[keeper] = life = asyncio.create_task(keeper.keep(self._pids))
                life.add_done_callback(self._note)
            await asyncio.gather(*(keeper.ready.wait() for keeper in stage))
        self._ready.set_result(None)

    async def _drain(self) -> None:
        for stage in reversed(self._stages):
            for keeper in stage:
                keeper.stop()
            lives = [self._lives[keeper] for keeper in stage if keeper in self._lives]
            # What went wrong in one life, `_note` has taken down; the others are still to be ended.
            await asyncio.gather(*lives, return_exceptions=True)

    def _note(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or not (error := task.exception()):
            return
        self._failure = self._failure or error
        self._stopping.set()

    def _told(self) -> None:
        if self._stopping.is_set():
            self._kill()
        else:
            self._say("stopping; Ctrl-C again ends everything at once")
            self._stopping.set()

    def _kill(self) -> None:
        for keeper in self._lives:
            keeper.kill()

    def _call(self, action: Callable[[], None]) -> None:
        if self._loop:
            # A closed loop has ended everything already.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(action)


def is_unheard(number: signal.Signals) -> bool:
    """Tell whether a signal that ends us is to be passed over: SIGHUP, under nohup.

    A script's `&` starts us with SIGINT ignored as well, but who sends that one there means us.
    """
    return number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


def _speakers(
    names: Sequence[str], log: Callable[[str], None] | None
) -> dict[str, Callable[[str], None]]:
    prefixes = lines.prefixes(names)
    if log is None and sys.stdout.isatty():
        prefixes = lines.coloured(prefixes)
    return {name: partial(_speak, log or lines.write, prefixes[name]) for name in names}


def _speak(log: Callable[[str], None], prefix: str, line: str) -> None:
    log(f"{prefix}{line}")
