"""Our own processes by name, as `publisher up` starts them, and what can happen to each."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from publisher import env
from publisher.cli import programs
from publisher.cli.programs import Layout
from publisher.embedded.program import Program

# Enough to be killed one after the other, and few enough for two cores.
MAIL = ("mail-1", "mail-2")
USUAL = ("beat", "dispatch", "posts", *MAIL)
# Longer than the 20 seconds that are promised, so that a test can say by how much.
_STOP_SECONDS = 40
_LAST_LINES = 15


@dataclass(frozen=True)
class Host:
    """A machine: where its journals are, the code on it, and what else its processes are told."""

    home: Path
    code: Path = settings.ROOT
    environment: Mapping[str, str] = field(default_factory=dict)


class Processes:
    """Those that were started and not ended, each with a log of its own in `logs`."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._hosts: dict[str, Host] = {}

    def start(self, name: str, host: Host, program: str = "") -> None:
        """Start what `publisher up` calls `name`, or `program` where there is one more of it."""
        told = {**env.with_defaults({}), **self._environment, "PUBLISHER_HOME": str(host.home)}
        found = _program(program or name, {**told, **host.environment})
        self.run(name, found.argv, found.env, host.code)
        self._hosts[name] = host

    def run(
        self, name: str, argv: Sequence[str], environment: Mapping[str, str], directory: Path
    ) -> None:
        """Start a process of any kind."""
        assert name not in self._running, f"{name} runs already"
        with self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                argv, env=environment, cwd=directory, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """End a process as a power cut would, and return when it is gone."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stop(self, *names: str) -> float:
        """End processes as their operator would; return how many seconds the slowest took."""
        begun = time.monotonic()
        ending = {name: self._running.pop(name) for name in names}
        for process in ending.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for name, process in ending.items():
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"{name} did not stop; {self.last_words(name)}") from None
        return time.monotonic() - begun

    def freeze(self, name: str, seconds: float) -> None:
        """Let a process neither run nor end for so long."""
        self._running[name].send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._running[name].send_signal(signal.SIGCONT)

    def restore(self, host: Host) -> None:
        """Have what is usual run on a host, and nothing else."""
        for name in self.ended():
            self.kill(name)
        self.stop(*(n for n in self._running if n not in USUAL or self._hosts[n] != host))
        for name in USUAL:
            if name not in self._running:
                self.start(name, host)

    def ended(self) -> list[str]:
        """Return which have ended by themselves."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def close(self) -> None:
        """End everything."""
        self.stop(*self._running)

    def last_words(self, name: str) -> str:
        """Return the end of a process's log, as the end of a sentence."""
        log = self._log(name)
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return "\n  ".join([f"{name} said:", *(lines[-_LAST_LINES:] or ["nothing"])])

    def all_last_words(self) -> str:
        """Return the end of every log."""
        return "\n".join(self.last_words(log.stem) for log in sorted(self._logs.glob("*.log")))

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


def _program(name: str, environment: Mapping[str, str]) -> Program:
    """Return the very command that runs in production."""
    layout = Layout(port=0, mail_workers=len(MAIL))
    known = [*programs._workers(layout, environment), programs._beat(environment)]
    return next(program for program in known if program.name == name)
