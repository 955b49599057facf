"""What a killed supervisor left is ended, and nothing else."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.embedded import leftovers
from tests.embedded.waiting import until


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        yield process
        process.kill()


def test_a_leftover_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    leftovers.record(tmp_path, "web", sleeper.pid, signal.SIGUSR1)
    assert leftovers.end_all(tmp_path) == ["web"]
    assert sleeper.wait() == -signal.SIGUSR1
    assert list(tmp_path.iterdir()) == []


def test_another_process_with_the_pid_of_a_leftover_is_let_be(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    leftovers.record(tmp_path, "web", sleeper.pid, signal.SIGTERM)
    written = tmp_path / "web.json"
    written.write_text(written.read_text().replace(leftovers.born(sleeper.pid), "long ago 1"))
    assert leftovers.end_all(tmp_path) == []
    assert sleeper.poll() is None


def test_what_the_power_cut_short_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "web.json").write_text('{"pid": 1, "bo')
    assert leftovers.end_all(tmp_path) == []


def test_a_process_that_waits_for_its_parent_has_ended(sleeper: subprocess.Popen[bytes]) -> None:
    trace = leftovers.Trace.of(sleeper.pid, signal.SIGKILL)
    assert trace.alive
    leftovers.end(trace)
    assert not trace.alive


def test_a_process_is_told_by_its_words(sleeper: subprocess.Popen[bytes]) -> None:
    # For a moment after it was started a process has no words yet.
    until(lambda: leftovers.command_line(sleeper.pid) == "/bin/sleep 60 ")
    assert leftovers.command_line(2**30) == leftovers.born(2**30) == ""
