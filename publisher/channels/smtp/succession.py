"""Starts a worker's heir, and keeps it informed of what there is to inherit."""

import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from publisher.channels.smtp.estate import PAGES, Estate, Page, new_estate
from publisher.channels.smtp.will import Clause, tell

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[3]
# Without site-packages: it needs nothing from there.
_COMMAND = (sys.executable, "-S", "-m", "publisher.channels.smtp.heir")


class Heir:
    """A process that hears the answers for which its worker did not live long enough.

    Started for the first run, and anew for the next run after it was lost. Without it everything
    goes on as it would: only the mail in flight at a death then goes out again. Encrypted lines
    have no heir: their keys cannot be handed over.
    """

    def __init__(self) -> None:
        self._estate: Estate | None = None
        # The descriptor of the line that each page belongs to.
        self._lines: dict[int, int] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._will: socket.socket | None = None
        self._complained = False

    @contextmanager
    def entrusted(self, journal: int) -> Iterator[None]:
        """Have outcomes written to this open file, should the process die within the block."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        self._tell(Clause.JOURNAL, fd=journal)
        try:
            yield
        finally:
            self._tell(Clause.JOURNAL_ENDED)

    def inherit(self, line: int) -> Page | None:
        """Return the page for a line with nothing in flight; None where there is none to be had."""
        number = next((number for number in range(PAGES) if number not in self._lines), None)
        if self._estate is None or number is None:
            return None
        page = self._estate.page(number)
        # Whoever had it before may have broken off with a message in flight, and what this line is
        # answered next has nothing to do with that one.
        page.settle()
        self._lines[number] = line
        self._tell(Clause.LINE, number, line)
        return page

    def forget(self, line: int) -> None:
        """Let go of a line that is being closed: it is not, while the heir holds it too."""
        for number in [number for number, fd in self._lines.items() if fd == line]:
            del self._lines[number]
            self._tell(Clause.LINE_ENDED, number)

    def dismiss(self) -> None:
        """End the heir; whatever the worker has in flight stays the worker's."""
        process, self._process = self._process, None
        will, self._will = self._will, None
        if process:
            # In this order: one that saw the end of the will would read the worker's answers.
            process.kill()
            process.wait()
        if will:
            will.close()

    def _start(self) -> None:
        self.dismiss()
        try:
            self._estate = self._estate or new_estate()
            self._process, self._will = _start()
        except OSError as error:
            self._complain(error)
            return
        self._tell(Clause.ESTATE, fd=self._estate.fd)
        for number, line in self._lines.items():
            self._tell(Clause.LINE, number, line)

    def _tell(self, clause: Clause, number: int = 0, fd: int | None = None) -> None:
        if self._will:
            try:
                tell(self._will, clause, number, fd)
            except OSError as error:
                self.dismiss()
                self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            log.warning("no heir (%s): if this worker is killed, some mail may go out twice", error)


def _start() -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    with theirs, ExitStack() as unless_started:
        unless_started.enter_context(ours)
        process = subprocess.Popen(  # noqa: S603
            _COMMAND,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            # What is sent to the worker's group, Ctrl-C first of all, is not meant for the heir.
            start_new_session=True,
        )
        # An heir that does not listen (SIGSTOP) must not hold up the mail.
        ours.settimeout(0)
        unless_started.pop_all()
    return process, ours
