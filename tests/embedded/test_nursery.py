"""The nursery's children are kept as any other program, and have nothing of it but its memory."""

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import publisher
from publisher.embedded import forked, leftovers
from publisher.embedded.program import Program, Restarts
from publisher.embedded.supervisor import Supervisor
from publisher.errors import Refused
from tests.embedded.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork")

ROOT = Path(publisher.__file__).parent.parent
QUICK = Restarts(first_seconds=0.01, most_seconds=0.02, deaths=3)
SECONDS = 20


@pytest.fixture
def nursery() -> Iterator[Program]:
    """Give a nursery that has read nothing; its socket's path has to be short."""
    folder = Path(tempfile.mkdtemp(prefix="nursery-"))
    path = folder / "socket"
    argv = [sys.executable, "-m", "publisher.embedded.nursery", str(path), "asyncio"]
    # Whoever has no environment at all cannot be renamed.
    env = {"PATH": os.defpath}
    yield Program("nursery", argv, env, partial(forked.answers, path), directory=ROOT)
    shutil.rmtree(folder)


def child(nursery: Program, do: str, *, once: bool = False) -> Program:
    argv = [sys.executable, "-m", "tests.embedded.child", do]
    return Program("child", argv, {}, once=once, nursery=Path(nursery.argv[3]))


def pids(heard: list[str]) -> list[int]:
    """Return the children that said they wait, in the order in which they did."""
    return [int(line.split()[-1]) for line in heard if " waiting " in line]


def test_a_child_speaks_under_its_name_and_ends_before_the_nursery(nursery: Program) -> None:
    heard: list[str] = []
    with Supervisor([[nursery], [child(nursery, "waiting")]], log=heard.append):
        until(lambda: pids(heard), SECONDS)
    assert heard == [f"child     | waiting {pids(heard)[0]}", "child     | ended"]


def test_a_killed_child_is_born_again(nursery: Program, tmp_path: Path) -> None:
    heard: list[str] = []
    stages = [[nursery], [child(nursery, "waiting")]]
    with Supervisor(stages, log=heard.append, restarts=QUICK, pids=tmp_path):
        until(lambda: pids(heard), SECONDS)
        os.kill(pids(heard)[0], signal.SIGKILL)
        until(lambda: len(pids(heard)) == 2)
    assert heard[1] == "child     | ended by signal 9; starting it again in 0.01 s"
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_fails_tells_its_status(nursery: Program) -> None:
    supervisor = Supervisor([[nursery], [child(nursery, "3", once=True)]], log=lambda _: None)
    supervisor.start()
    with pytest.raises(Refused, match=r"ended with status 3\); it said:\n  3 \d+"):
        supervisor.wait()


def test_children_outlive_a_nursery_that_is_killed(nursery: Program, tmp_path: Path) -> None:
    heard: list[str] = []
    stages = [[nursery], [child(nursery, "waiting")]]
    with Supervisor(stages, log=heard.append, restarts=QUICK, pids=tmp_path):
        until(lambda: pids(heard), SECONDS)
        first = leftovers.Trace.of(pids(heard)[0], signal.SIGTERM)
        killed = leftovers.read(tmp_path / "nursery.json")
        assert killed
        os.kill(killed.pid, signal.SIGKILL)
        until(lambda: any("starting it again" in line for line in heard))
        assert first.alive
        os.kill(first.pid, signal.SIGKILL)
        until(lambda: len(pids(heard)) == 2, SECONDS)


def test_a_child_has_nothing_of_the_nursery_but_its_memory(nursery: Program) -> None:
    heard: list[str] = []
    with Supervisor([[nursery], [child(nursery, "waiting")]], log=heard.append):
        until(lambda: pids(heard), SECONDS)
        pid = pids(heard)[0]
        assert {file.name for file in Path(f"/proc/{pid}/fd").iterdir()} == {"0", "1", "2"}
        assert os.getsid(pid) == pid
        assert leftovers.command_line(pid).startswith(
            f"{sys.executable} -m tests.embedded.child waiting"
        )


def test_who_says_nothing_holds_nobody_up(nursery: Program) -> None:
    heard: list[str] = []
    with Supervisor([[nursery]], log=heard.append) as supervisor:
        supervisor.wait_ready(SECONDS)
        with socket.socket(socket.AF_UNIX) as silent:
            silent.connect(nursery.argv[3])
            with Supervisor([[child(nursery, "waiting")]], log=heard.append):
                until(lambda: pids(heard), SECONDS)


def test_a_nursery_that_does_not_answer_is_named(
    nursery: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.embedded.forked._BORN_SECONDS", 0.05)
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(nursery.argv[3])
        deaf.listen()
        with Supervisor([[child(nursery, "waiting")]], log=heard.append, restarts=QUICK):
            until(lambda: heard, SECONDS)
    assert "cannot be started: the nursery does not answer; starting it again" in heard[0]


def test_a_child_whose_keeper_is_gone_before_it_is_written_down_never_begins(
    nursery: Program,
) -> None:
    with Supervisor([[nursery]], log=lambda _: None) as supervisor:
        supervisor.wait_ready(SECONDS)
        said, speaking = os.pipe()
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(nursery.argv[3])
            words = ["-m", "tests.embedded.child", "waiting"]
            socket.send_fds(caller, [json.dumps(words).encode()], [speaking])
            assert caller.recv(100).startswith(b"born ")
        os.close(speaking)
        # Its end of the pipe is closed when it ends.
        assert os.read(said, 100) == b""
        os.close(said)
