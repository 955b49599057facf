"""What relays answered, on this host's disk the moment they answer.

A killed worker's journal is read by the next worker on its host before that sends anything, so that
at most the one message per connection whose answer nobody read is in doubt (RFC 1047). Those are
heard by the worker's heir, which writes to the same journal and keeps it locked until it is done.
"""

import fcntl
import mmap
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path

from publisher.channels.smtp import Outcome
from publisher.channels.smtp.outcomes import from_lines, to_line

# Some thousand outcomes; a multiple of every page size.
_WINDOW_OCTETS = 256 * 1024


class Journal:
    """One shift's journal: a file that its writer keeps locked, a line an outcome.

    It is written through memory that is shared with the file: what stands there survives the
    process as if it had been written, at no call of the system, in which the threads that note
    outcomes would snatch Python's lock. What a window has left holds NUL.
    """

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._window = self._next_window()
        self._end = 0

    def write(self, outcome: Outcome) -> None:
        """Append an outcome; it survives the process from here on. Raises OSError: no space."""
        line = to_line(outcome)
        start, end = self._end, self._end + len(line)
        if end > _WINDOW_OCTETS:
            self._window = self._next_window()
            start, end = 0, len(line)
        self._window[start:end] = line
        self._end = end

    def fileno(self) -> int:
        """Return the descriptor, for an heir to share the file and its lock, and to append to."""
        return self._file.fileno()

    def _next_window(self) -> mmap.mmap:
        # Written, not only made longer: memory that the disk has no room for is deadly to touch.
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(bytes(_WINDOW_OCTETS))
        return mmap.mmap(self._file.fileno(), _WINDOW_OCTETS, offset=start)


@contextmanager
def keep(folder: Path) -> Iterator[Journal]:
    """Keep a journal for one shift; it is removed when all of it has reached the ledger."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{os.getpid()}-{secrets.token_hex(8)}.jsonl"
    # Locked before it bears the name by which `orphans` finds it: it never looks abandoned.
    unnamed = path.with_suffix(".new")
    with unnamed.open("w+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        unnamed.rename(path)
        try:
            yield Journal(file)
        except BaseException:
            # Left behind for `orphans` to find, even if an heir is slow to let go of it.
            fcntl.flock(file, fcntl.LOCK_UN)
            raise
        path.unlink()


@contextmanager
def orphans(folder: Path) -> Iterator[list[Outcome]]:
    """Yield what dead workers of this host wrote and nobody took over.

    Forgotten after the block.
    """
    with ExitStack() as files:
        abandoned = [path for path in folder.glob("*.jsonl") if _is_abandoned(path, files)]
        yield [outcome for path in abandoned for outcome in from_lines(path.read_bytes())]
        for path in abandoned:
            path.unlink()


def told(folder: Path, delivery_ids: Collection[int]) -> list[Outcome]:
    """Return what all workers of this host were told of these deliveries, dead and living.

    One that is frozen keeps its journal locked, and has not told the ledger.
    """
    found = []
    for path in folder.glob("*.jsonl"):
        # Its writer may have brought it to the ledger, and removed it, since it was listed.
        with suppress(FileNotFoundError):
            found += [each for each in from_lines(path.read_bytes()) if each.key in delivery_ids]
    return found


def _is_abandoned(path: Path, files: ExitStack) -> bool:
    """Return whether nobody writes this journal; it is then locked until `files` are closed."""
    try:
        fcntl.flock(files.enter_context(path.open("rb")), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return False
    # Another reader may have removed it between its opening and our lock.
    return path.exists()
