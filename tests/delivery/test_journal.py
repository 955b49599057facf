"""The journal: what was answered outlives the worker that heard it."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from publisher.channels.smtp import Outcome
from publisher.channels.smtp.outcomes import to_line
from publisher.delivery import journal

SENT = Outcome(41, "sent", 250, "2.0.0 taken")
DYING = """
import os, pathlib, signal, sys
import django
django.setup()
from tests.delivery import test_journal as test
with test.journal.keep(pathlib.Path(sys.argv[1])) as book:
    book.write(test.SENT)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _fail_after(book: journal.Journal, heir: ExitStack | None = None) -> None:
    if heir:
        heir.callback(os.close, os.dup(book.fileno()))
    book.write(SENT)
    raise ZeroDivisionError


def test_a_journal_is_gone_when_its_run_ended_well(home: Path) -> None:
    with journal.keep(home) as book:
        book.write(SENT)
    assert list(home.iterdir()) == []


def test_nobody_takes_a_journal_that_is_being_written(home: Path) -> None:
    with journal.keep(home) as book:
        book.write(SENT)
        with journal.orphans(home) as outcomes:
            assert outcomes == []


def test_a_journal_holds_more_than_a_window_and_what_an_heir_adds(home: Path) -> None:
    outcomes = [SENT._replace(key=key, detail="x" * 500) for key in range(600)]
    with journal.keep(home) as book:
        for outcome in outcomes:
            book.write(outcome)
        os.write(book.fileno(), b"\n" + to_line(SENT))
        assert journal.told(home, range(600)) == [*outcomes, SENT]


def test_what_the_living_were_told_of_somebody_can_be_asked_for(home: Path) -> None:
    with journal.keep(home) as book:
        book.write(SENT)
        book.write(SENT._replace(key=42))
        assert journal.told(home, {SENT.key, 7}) == [SENT]


def test_a_run_that_failed_leaves_its_journal_to_be_read(home: Path) -> None:
    with pytest.raises(ZeroDivisionError), journal.keep(home) as book:
        _fail_after(book)
    with journal.orphans(home) as outcomes:
        assert outcomes == [SENT]
    assert list(home.iterdir()) == []


def test_a_run_that_failed_leaves_its_journal_even_while_an_heir_holds_it(home: Path) -> None:
    with ExitStack() as heir:
        with pytest.raises(ZeroDivisionError), journal.keep(home) as book:
            _fail_after(book, heir)
        with journal.orphans(home) as outcomes:
            assert outcomes == [SENT]


def test_what_a_killed_process_wrote_is_there(home: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", DYING, str(home)], check=False)
    assert ended.returncode == -signal.SIGKILL
    with journal.orphans(home) as outcomes:
        assert outcomes == [SENT]


def test_a_line_that_death_cut_short_is_left_out(home: Path) -> None:
    (home / "7-2.jsonl").write_bytes(b'[41, "sent", 250, "2.0.0 taken"]\n[42, "se')
    with journal.orphans(home) as outcomes:
        assert outcomes == [SENT]


def test_a_journal_whose_reader_failed_is_read_again(home: Path) -> None:
    (home / "7-2.jsonl").write_bytes(b'[41, "sent", 250, "2.0.0 taken"]\n')
    with pytest.raises(ZeroDivisionError), journal.orphans(home):
        raise ZeroDivisionError
    with journal.orphans(home) as outcomes:
        assert outcomes == [SENT]
