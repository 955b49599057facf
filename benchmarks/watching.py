"""What a tree of processes costs: seconds of CPU, and bytes of memory at the most."""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_EVERY_SECONDS = 0.5
_PROGRAMS = {
    "postgres": "PostgreSQL",
    "redis-server": "Redis",
    "-Q bulk": "mail",
    "smtp.heir": "heir",
    "-Q dispatch": "dispatch",
    "-Q urgent": "urgent",
    "-Q breaking": "breaking",
    "addressing": "addressing",
    "workers.app beat": "beat",
    "nursery": "nursery",
    "gunicorn": "web",
    "publisher up": "supervisor",
}


def tree(pid: int) -> list[int]:
    """Return a process and all that it started, and they, and so on."""
    found = [pid]
    for parent in found:
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            children = [
                child for task in tasks for child in (task / "children").read_text().split()
            ]
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def cpu_seconds(pid: int) -> dict[str, float]:
    """Return the CPU time of a tree by program, those included that ended and were waited for."""
    spent = defaultdict[str, float](float)
    for each in tree(pid):
        spent[_program(each)] += _cpu_ticks(each) / _TICKS
    return spent


def _program(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return "gone"
    return next((name for mark, name in _PROGRAMS.items() if mark in command), "other")


def _cpu_ticks(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    # utime, stime, cutime, cstime: fields 14 to 17 of proc_pid_stat(5).
    return sum(map(int, fields[11:15]))


def memory_bytes(pid: int) -> dict[str, int]:
    """Return the memory of a tree by program, what several share counted once (PSS)."""
    held = defaultdict[str, int](int)
    for each in tree(pid):
        held[_program(each)] += _pss_bytes(each)
    return held


def _pss_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


@dataclass
class Peak:
    """The most memory that was seen at one time, and which program held how much of it."""

    by_program: dict[str, int] = field(default_factory=dict)

    @property
    def memory_bytes(self) -> int:
        """All of it."""
        return sum(self.by_program.values())


@contextmanager
def peak(pid: int) -> Iterator[Peak]:
    """Look at a tree's memory again and again while the block runs."""
    seen, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY_SECONDS):
            held = memory_bytes(pid)
            if sum(held.values()) > seen.memory_bytes:
                seen.by_program = held

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
