"""What a tree of processes costs: seconds of CPU, and bytes of memory at the most."""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_EVERY_SECONDS = 0.5
_PROGRAMS = {
    "postgres": "PostgreSQL",
    "redis-server": "Redis",
    "-Q bulk": "mail",
    "smtp.heir": "heir",
    "-Q dispatch": "dispatch",
    "addressing": "addressing",
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


def memory_bytes(pid: int) -> int:
    """Return the memory of a tree, what several share counted once (PSS)."""
    return sum(map(_pss_bytes, tree(pid)))


def _pss_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


@dataclass
class Peak:
    """The most memory that was seen."""

    memory_bytes: int = 0


@contextmanager
def peak(pid: int) -> Iterator[Peak]:
    """Look at a tree's memory again and again while the block runs."""
    seen, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY_SECONDS):
            seen.memory_bytes = max(seen.memory_bytes, memory_bytes(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
