"""Bears our processes: it has read their code once, and they share the memory that this fills.

python -m publisher.embedded.nursery SOCKET MODULE …

It imports every MODULE and then listens on SOCKET. Who connects sends what stands behind `python`
on a command line, as JSON, together with the file that the process is to speak to; `forked.py`
does that. The answers are a line each: `born PID`, upon which the child waits for the word `go`,
and once it has ended, `ended STATUS`.

A child has the nursery's environment and directory, and a session of its own. It is the nursery
that it was forked from and nothing else: one thread, no connection, no file.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from setproctitle import setproctitle

# The longest of our command lines has a few hundred octets.
MOST_OCTETS = 65536
# Who connects speaks at once; nobody else is served until then.
_HEAR_SECONDS = 1.0
# A supervisor that takes longer to write down a pid is frozen, and orders another in the end.
_GO_SECONDS = 30.0


class Nursery:
    """Listens for orders; `callers` are who ordered the children that live, by pid."""

    def __init__(self, path: Path) -> None:
        self._listener = _listening(path)
        self._callers: dict[int, socket.socket] = {}
        self._woken, self._waking = os.pipe()
        os.set_blocking(self._waking, False)
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def order(self) -> list[str]:
        """Return in a child, with the words it is to run; the nursery itself never returns."""
        calling = self._listener.fileno()
        while True:
            ready, _, _ = select.select([calling, self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, MOST_OCTETS)
                self._tell_of_the_dead()
            if calling in ready and (words := self._serve()):
                return words

    def _serve(self) -> list[str] | None:
        """Fork what the next caller orders; return its words in the child, None in the nursery."""
        caller, _ = self._listener.accept()
        caller.settimeout(_HEAR_SECONDS)
        try:
            octets, files, _, _ = socket.recv_fds(caller, MOST_OCTETS, 1)
            words: list[str] = json.loads(octets)
        except (OSError, ValueError):
            # It has gone before it said anything.
            caller.close()
            return None
        pid = os.fork()
        if not pid:
            self._leave(files[0])
            # Not before it leads a group, which is what its keeper kills.
            _tell(caller, f"born {os.getpid()}")
            _await_go(caller)
            caller.close()
            return words
        os.close(files[0])
        self._callers[pid] = caller
        return None

    def _tell_of_the_dead(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                caller = self._callers.pop(pid)
                _tell(caller, f"ended {os.waitstatus_to_exitcode(status)}")
                caller.close()

    def _leave(self, speaking: int) -> None:
        """Keep nothing of the nursery's but its memory, and speak to another file."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for each in (self._listener, *self._callers.values()):
            each.close()
        os.close(self._woken)
        os.close(self._waking)
        os.setsid()
        for stream in (sys.stdout, sys.stderr):
            os.dup2(speaking, stream.fileno())
        os.close(speaking)


def run(words: Sequence[str]) -> None:
    """Do what `python` does with these words: `-m`, a module, and its arguments."""
    _, module, *arguments = words
    # Who lists processes finds this one under the command line that would have started it.
    setproctitle(" ".join([sys.executable, *words]))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _listening(path: Path) -> socket.socket:
    # An earlier nursery that was killed has left its name.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen()
    return listener


def _tell(caller: socket.socket, what: str) -> None:
    # A supervisor that does not listen any more was killed; the next one ends what it left.
    with suppress(OSError):
        caller.sendall(f"{what}\n".encode())


def _await_go(caller: socket.socket) -> None:
    """Wait until who ordered this process has written down that there is one, or end it.

    Whoever was killed before that has left nothing by which the next supervisor could find it.
    """
    caller.settimeout(_GO_SECONDS)
    with suppress(OSError):
        if caller.recv(MOST_OCTETS):
            return
    os._exit(0)


def main(path: Path, modules: Sequence[str]) -> None:
    """Read the code, and bear until ended."""
    # What is collected while reading leaves holes in pages that are to be shared.
    gc.disable()
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    # The collector writes into everything that it looks at, and what is written to is not shared.
    gc.freeze()
    words = Nursery(path).order()
    gc.enable()
    run(words)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
