"""Keeps one program running: hands on what it says, starts it again when it dies, ends it."""

import asyncio
import contextlib
import os
import pwd
import signal
import subprocess
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from publisher.embedded import leftovers
from publisher.embedded.forked import STATUS_UNKNOWN, Forked
from publisher.embedded.lines import Splitter
from publisher.embedded.program import Program, Restarts
from publisher.errors import Refused

_ASK_READY_EVERY_SECONDS = 0.05
_LAST_LINES = 8
_CHUNK = 65536


class _Ending(NamedTuple):
    """How a life ended, and whether the program is to blame: nobody else killed it."""

    words: str
    own_fault: bool


class Keeper:
    """One program's lives, one after the other, all inside `keep()`."""

    def __init__(self, program: Program, say: Callable[[str], None], restarts: Restarts) -> None:
        self.program = program
        self.ready = asyncio.Event()
        self._say = say
        self._restarts = restarts
        self._stopping = asyncio.Event()
        self._process: Process | Forked | None = None
        self._settled = False
        self._deaths: deque[float] = deque(maxlen=restarts.deaths)
        self._pauses = 0
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._splitter = Splitter(self._hear)
        # One pipe for all lives: what a grandchild of an earlier life still says is heard as well.
        self._reading, self._writing = -1, -1

    @property
    def last_words(self) -> str:
        """What the program said last, as the end of a sentence for a person."""
        return "".join(["it said:", *(f"\n  {line}" for line in self._last_lines or ["nothing"])])

    async def keep(self, pids: Path | None) -> None:
        """Return when stopped or, where it runs once, done; raises Refused on giving up."""
        loop = asyncio.get_running_loop()
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        loop.add_reader(self._reading, self._listen)
        try:
            await self._lives(pids)
        finally:
            loop.remove_reader(self._reading)
            os.close(self._reading)
            os.close(self._writing)

    def stop(self) -> None:
        """Let `keep()` end the program with its signal, and kill it after its time."""
        self._stopping.set()

    def kill(self) -> None:
        """End the program and all that it started, at once."""
        self._stopping.set()
        if self._process and self._process.returncode is None:
            # It leads a process group of its own, so this reaches nothing that it did not start.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _lives(self, pids: Path | None) -> None:
        clock = asyncio.get_running_loop().time
        while not self._stopping.is_set():
            begun = clock()
            ending = await self._live(pids)
            if self._stopping.is_set():
                return
            if self.program.once:
                self._judge(ending)
                return
            pause = self._after_death(ending, clock(), clock() - begun)
            self._say(f"{ending.words}; starting it again in {pause:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _live(self, pids: Path | None) -> _Ending:
        """Run the program to its end, or to our wish; return how it ended."""
        try:
            process = await self._spawn()
        except OSError as error:
            words = f"{self.program.argv[0]} cannot be started: {error.strerror}"
            # The nursery is kept as well, and comes back.
            return _Ending(words, own_fault=self.program.nursery is None)
        self._process = process
        if pids:
            leftovers.record(pids, self.program.name, process.pid, self.program.stop_signal)
        if isinstance(process, Forked):
            process.begin()
        await self._attend(process)
        # Its last words are in the pipe, perhaps without a line break.
        self._listen()
        self._splitter.finish()
        if pids:
            leftovers.forget(pids, self.program.name)
        status = process.returncode
        return _Ending(_described(status), status not in (-signal.SIGKILL, STATUS_UNKNOWN))

    async def _spawn(self) -> Process | Forked:
        if nursery := self.program.nursery:
            return await Forked.born(nursery, self.program.argv[1:], self._writing)
        return await asyncio.create_subprocess_exec(
            *self.program.argv,
            env=self.program.env,
            cwd=self.program.directory,
            stdin=subprocess.DEVNULL,
            stdout=self._writing,
            stderr=subprocess.STDOUT,
            # Away from the terminal: its Ctrl-C is for the supervisor, which knows the order.
            start_new_session=True,
            user=self.program.user,
            group=pwd.getpwnam(self.program.user).pw_gid if self.program.user else None,
            extra_groups=() if self.program.user else None,
        )

    async def _attend(self, process: Process | Forked) -> None:
        ended = asyncio.create_task(process.wait())
        told = asyncio.create_task(self._stopping.wait())
        asking = asyncio.create_task(self._ask_ready())
        try:
            await asyncio.wait({ended, told, asking}, return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                asking.result()
                await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            asking.cancel()
            if not ended.done():
                await self._end(process, ended)

    async def _ask_ready(self) -> None:
        if self.program.once:
            return
        if self.program.ready:
            while not self.ready.is_set() and not await asyncio.to_thread(self.program.ready):
                await asyncio.sleep(_ASK_READY_EVERY_SECONDS)
            self._settled = True
        self.ready.set()

    async def _end(self, process: Process | Forked, ended: asyncio.Task[int]) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.program.stop_signal)
        done, _ = await asyncio.wait({ended}, timeout=self.program.stop_seconds)
        if not done:
            self._say(f"did not stop within {self.program.stop_seconds:g} s and is killed")
            self.kill()
            await ended

    def _after_death(self, ending: _Ending, now: float, lived: float) -> float:
        """Return the pause before the next life; raises Refused where there will be none."""
        if lived >= self._restarts.settled_seconds:
            self._settled = True
            self._pauses = 0
        if ending.own_fault:
            self._deaths.append(now)
            self._give_up_after_many(ending.words, now)
        pause = self._restarts.first_seconds * 2.0**self._pauses
        self._pauses += ending.own_fault
        return min(pause, self._restarts.most_seconds)

    def _give_up_after_many(self, words: str, now: float) -> None:
        most = self._restarts.deaths
        all_recent = now - self._deaths[0] <= self._restarts.within_seconds
        if not self._settled and len(self._deaths) == most and all_recent:
            raise self._given_up(f"it ended {most} times in a row, lastly: {words}")

    def _judge(self, ending: _Ending) -> None:
        if ending.words != _described(0):
            raise self._given_up(ending.words)
        self.ready.set()

    def _given_up(self, why: str) -> Refused:
        return Refused(f"{self.program.name} could not be started ({why}); {self.last_words}")

    def _listen(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._splitter.feed(os.read(self._reading, _CHUNK))

    def _hear(self, line: str) -> None:
        self._last_lines.append(line)
        self._say(line)


def _described(status: int | None) -> str:
    if status is not None and status < 0:
        return f"ended by signal {-status}"
    return f"ended with status {status}"
