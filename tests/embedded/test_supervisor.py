"""Programs start in order, stay alive, and end in the opposite order."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import publisher
from publisher.embedded import leftovers
from publisher.embedded.program import Program, Restarts
from publisher.embedded.supervisor import Supervisor
from publisher.errors import Refused
from tests.embedded.waiting import until

ROOT = Path(publisher.__file__).parent.parent
QUICK = Restarts(first_seconds=0.01, most_seconds=0.02, deaths=3)
FOREVER = "while :; do sleep 0.02; done"
SECONDS = 10


def shell(name: str, script: str, ready: Callable[[], bool] | None = None) -> Program:
    return Program(name, ["/bin/sh", "-c", script], {"PATH": os.defpath}, ready, stop_seconds=5)


def polite(name: str, ready: Callable[[], bool] | None = None) -> Program:
    return shell(name, f"trap 'echo ended; exit 0' TERM; echo begun; {FOREVER}", ready)


def test_lines_carry_the_name_of_their_speaker() -> None:
    heard: list[str] = []
    programs = [shell("web", "echo hello >&2; exec sleep 60"), shell("worker", "exec sleep 60")]
    with Supervisor([programs], log=heard.append):
        until(lambda: "web       | hello" in heard)


def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    heard: list[str] = []
    web = shell("web", "echo $$; exec sleep 60")
    with Supervisor([[web]], log=heard.append, restarts=QUICK, pids=tmp_path):
        until(lambda: (tmp_path / "web.json").exists() and heard)
        first = int(heard[0].split()[-1])
        os.kill(first, signal.SIGKILL)
        until(lambda: len(heard) == 3)
    assert heard[1] == "web       | ended by signal 9; starting it again in 0.01 s"
    assert int(heard[2].split()[-1]) != first
    assert list(tmp_path.iterdir()) == []


def test_a_stage_waits_for_the_one_before(tmp_path: Path) -> None:
    heard: list[str] = []
    asked: list[bool] = []

    def ready() -> bool:
        asked.append((tmp_path / "ready").exists())
        return asked[-1]

    with Supervisor(
        [[shell("database", "exec sleep 60", ready)], [polite("web")]], log=heard.append
    ) as supervisor:
        until(lambda: len(asked) > 1)
        assert heard == []
        (tmp_path / "ready").touch()
        supervisor.wait_ready(SECONDS)
        until(lambda: heard == ["web       | begun"])


def test_stages_end_in_the_opposite_order() -> None:
    heard: list[str] = []
    stages = [[polite("database")], [polite("sandbox")], [polite("web"), polite("worker")]]
    with Supervisor(stages, log=heard.append):
        until(lambda: len(heard) == 4)
    ended = [line.split()[0] for line in heard if line.endswith("ended")]
    assert sorted(ended[:2]) == ["web", "worker"]
    assert ended[2:] == ["sandbox", "database"]


def test_what_does_not_stop_is_killed_with_all_that_it_started() -> None:
    heard: list[str] = []
    script = "trap '' TERM; sleep 60 & echo $!; wait; wait"
    web = Program("web", ["/bin/sh", "-c", script], {"PATH": os.defpath}, stop_seconds=0.1)
    with Supervisor([[web]], log=heard.append):
        until(lambda: heard)
    child = int(heard[0].split()[-1])
    assert heard[-1] == "web       | did not stop within 0.1 s and is killed"
    until(lambda: not leftovers.born(child))


def test_a_step_is_done_before_the_next_stage() -> None:
    heard: list[str] = []
    migrate = Program("migrate", ["/bin/echo", "migrated"], {}, once=True)
    with Supervisor([[migrate], [polite("web")]], log=heard.append) as supervisor:
        supervisor.wait_ready(SECONDS)
        until(lambda: len(heard) == 2)
    assert heard == ["migrate   | migrated", "web       | begun", "web       | ended"]


def test_a_step_that_fails_ends_everything_with_what_it_said() -> None:
    heard: list[str] = []
    script = "echo 'no such table'; exit 3"
    migrate = Program("migrate", ["/bin/sh", "-c", script], {}, once=True)
    database = polite("database", lambda: "database  | begun" in heard)
    supervisor = Supervisor([[database], [migrate]], log=heard.append)
    supervisor.start()
    sentence = r"migrate could not be started \(ended with status 3\); it said:\n  no such table"
    with pytest.raises(Refused, match=sentence):
        supervisor.wait()
    assert heard[-1] == "database  | ended"


def test_what_never_gets_ready_is_given_up_with_its_last_lines() -> None:
    broken = shell("web", "printf 'no such module'; exit 1", lambda: False)
    supervisor = Supervisor([[broken]], log=lambda _: None, restarts=QUICK)
    supervisor.start()
    sentence = r"it ended 3 times in a row, lastly: ended with status 1\); it said:\n  no such mod"
    with pytest.raises(Refused, match=sentence):
        supervisor.wait_ready(SECONDS)
    with pytest.raises(Refused, match="no such module"):
        supervisor.stop()


def test_what_was_ready_once_is_never_given_up() -> None:
    heard: list[str] = []
    fragile = shell("web", "sleep 0.05; exit 1", lambda: True)
    with Supervisor([[fragile]], log=heard.append, restarts=QUICK):
        until(lambda: len(heard) > QUICK.deaths + 1)


def test_what_somebody_kills_is_never_given_up() -> None:
    heard: list[str] = []
    victim = shell("mail", "kill -9 $$")
    with Supervisor([[victim]], log=heard.append, restarts=QUICK):
        until(lambda: len(heard) > QUICK.deaths + 1)
    assert all("ended by signal 9" in line for line in heard)


def test_a_command_that_is_not_there_is_named() -> None:
    web = Program("web", ["/nowhere/gunicorn"], {})
    supervisor = Supervisor([[web]], log=lambda _: None, restarts=QUICK)
    supervisor.start()
    with pytest.raises(Refused, match="/nowhere/gunicorn cannot be started: No such file"):
        supervisor.wait()


def test_who_is_late_is_named() -> None:
    late = shell("database", "echo starting; exec sleep 60", lambda: False)
    with Supervisor([[late]], log=lambda _: None) as supervisor:
        sentence = r"database is not ready after 0\.2 s; it said:\n  starting"
        with pytest.raises(Refused, match=sentence):
            supervisor.wait_ready(0.2)


def test_a_question_that_breaks_is_loud_and_leaves_nothing_behind() -> None:
    heard: list[str] = []

    def broken() -> bool:
        until(lambda: heard)
        raise ZeroDivisionError

    supervisor = Supervisor([[polite("web", broken)]], log=heard.append)
    supervisor.start()
    with pytest.raises(ZeroDivisionError):
        supervisor.wait()
    assert heard[-1] == "web       | ended"


SUPERVISED = """
from publisher.embedded.program import Program
from publisher.embedded.supervisor import Supervisor
trap = "trap {trap!r} TERM; echo begun $$; while :; do sleep 0.02; done"
Supervisor([[Program("web", ["/bin/sh", "-c", trap], {{"PATH": "/usr/bin:/bin"}})]]).run()
"""


@contextmanager
def in_foreground(trap: str, *before: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a supervisor in a process of its own; give it and the pid of its program."""
    with subprocess.Popen(
        [*before, sys.executable, "-c", SUPERVISED.format(trap=trap)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        assert child.stdout
        pid = int(child.stdout.readline().removeprefix("web       | begun "))
        trace = leftovers.Trace.of(pid, signal.SIGKILL)
        try:
            yield child, pid
        finally:
            child.kill()
            leftovers.end(trace)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_drains(told: signal.Signals) -> None:
    with in_foreground("echo ended; exit 0") as (child, _):
        child.send_signal(told)
        said, _ = child.communicate(timeout=SECONDS)
    assert said.splitlines() == [
        "publisher | stopping; Ctrl-C again ends everything at once",
        "web       | ended",
    ]
    assert child.returncode == 0


def test_ctrl_c_drains_what_a_script_started_with_an_ampersand() -> None:
    # Such a shell has its child ignore SIGINT.
    ignoring = ["/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"]
    with in_foreground("echo ended; exit 0", *ignoring) as (child, _):
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=SECONDS)
    assert said.splitlines()[-1] == "web       | ended"
    assert child.returncode == 0


def test_a_second_signal_kills() -> None:
    with in_foreground("echo not yet") as (child, pid):
        assert child.stdout
        child.send_signal(signal.SIGINT)
        assert "stopping" in child.stdout.readline()
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=SECONDS)
        assert not leftovers.born(pid)
