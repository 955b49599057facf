"""Processes that a killed supervisor left behind; written down as they start, ended later."""

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

_END_SECONDS = 20.0
_LOOK_EVERY_SECONDS = 0.02
_PROC = Path("/proc")


@dataclass(frozen=True)
class Trace:
    """A process that was started; `born` tells it from every other that will ever have its pid."""

    pid: int
    born: str
    stop_signal: int

    @classmethod
    def of(cls, pid: int, stop_signal: int) -> Self:
        """Return the trace of a process that runs now."""
        return cls(pid, born(pid), stop_signal)

    @property
    def alive(self) -> bool:
        """Whether that very process still runs."""
        return self.born != "" and born(self.pid) == self.born


def record(folder: Path, name: str, pid: int, stop_signal: int) -> None:
    """Write down that `pid` runs as `name`; on a full disk it runs all the same."""
    written = folder / f"{name}.new"
    with contextlib.suppress(OSError):
        written.write_text(json.dumps(asdict(Trace.of(pid, stop_signal))))
        written.rename(folder / f"{name}.json")


def forget(folder: Path, name: str) -> None:
    """Strike out `name`, which has ended."""
    with contextlib.suppress(OSError):
        (folder / f"{name}.json").unlink()


def end_all(folder: Path) -> list[str]:
    """End everything that is written down in `folder`, and return the names of what did run."""
    files = {file: read(file) for file in sorted(folder.glob("*.json"))}
    alive = {file.stem: trace for file, trace in files.items() if trace and trace.alive}
    end(*alive.values())
    for file in files:
        file.unlink(missing_ok=True)
    return list(alive)


def end(*traces: Trace) -> None:
    """Ask every process to stop, all at once, and kill what has not within 20 seconds."""
    for trace in traces:
        _signal(trace, trace.stop_signal)
    _wait(traces, _END_SECONDS)
    for trace in traces:
        _signal(trace, signal.SIGKILL)
    _wait(traces, _END_SECONDS)


def born(pid: int) -> str:
    """Return when `pid` was started, unique across reboots; empty where nothing runs under it."""
    if not (_PROC / "self" / "stat").exists():
        return _ps(pid, "lstart=")
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The second field is the program's name in brackets and may hold anything, brackets and spaces
    # included.
    state, *fields = stat.rpartition(")")[2].split()
    # A zombie has ended; it only waits for a parent that may never ask.
    if state in "ZX":
        return ""
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {fields[18]}"


def command_line(pid: int) -> str:
    """Return the words that started `pid`, joined by spaces; empty where nothing runs under it."""
    if not (_PROC / "self" / "stat").exists():
        return _ps(pid, "command=")
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _ps(pid: int, column: str) -> str:
    asked = ["/bin/ps", "-ww", "-o", column, "-p", str(pid)]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()  # noqa: S603


def read(file: Path) -> Trace | None:
    """Return what `record` wrote; None where it is not whole."""
    try:
        return Trace(**json.loads(file.read_text()))
    except (ValueError, TypeError):
        # Cut short as the power went; whatever it named is gone with it.
        return None


def _signal(trace: Trace, number: int) -> None:
    if trace.alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(trace.pid, number)


def _wait(traces: tuple[Trace, ...], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(trace.alive for trace in traces) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_SECONDS)
