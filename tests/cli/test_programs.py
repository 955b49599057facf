"""What `publisher up` runs, before anything of it is started."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from publisher.cli import programs
from publisher.cli.programs import Layout
from publisher.embedded import leftovers
from publisher.embedded.places import Places
from publisher.embedded.program import Program
from publisher.embedded.supervisor import Supervisor
from publisher.errors import Refused
from tests import ports
from tests.cli.conftest import Run
from workers.app import QUEUES

SECONDS = 60


@pytest.fixture
def taken() -> Iterator[int]:
    """Give a port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def free(settings: Settings) -> int:
    """Have the mailbox on free ports, and give another one."""
    smtp, web, own = ports.free(3)
    settings.PUBLISHER_SANDBOX_SMTP_PORT, settings.PUBLISHER_SANDBOX_WEB_PORT = smtp, web
    return own


@pytest.fixture(autouse=True)
def aside(home: Path) -> Iterator[None]:
    """Remove what root keeps outside of a home."""
    yield
    shutil.rmtree(Places(home).aside, ignore_errors=True)


def named(stages: list[list[Program]]) -> list[list[str]]:
    """Return the names of the programs, stage by stage."""
    return [[program.name for program in stage] for stage in stages]


def test_the_database_is_migrated_before_anybody_needs_it(free: int) -> None:
    with programs.claimed(Layout(free, mail_workers=2)) as stages:
        assert named(stages) == [
            ["nursery"],
            ["sandbox"],
            ["migrate"],
            ["web"],
            ["dispatch", "urgent", "breaking", "mail-1", "mail-2", "posts", "beat"],
        ]


def test_every_queue_has_a_worker(free: int) -> None:
    with programs.claimed(Layout(free)) as stages:
        argvs = [list(program.argv) for program in stages[-1]]
    served = [argv[argv.index("-Q") + 1] for argv in argvs if "-Q" in argv]
    assert {queue for queues in served for queue in queues.split(",")} == set(QUEUES)


def wait_until_callers_have_gone(nursery: Path) -> None:
    """Call it as the last: it hears one after the other, and hangs up on who says nothing."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(SECONDS)
        caller.connect(str(nursery))
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(1) == b""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork")
def test_the_nursery_has_no_thread_and_no_connection_to_hand_on(free: int, home: Path) -> None:
    pids = Places(home).pids
    with (
        programs.claimed(Layout(free)) as stages,
        Supervisor(stages[:1], log=lambda _: None, pids=pids) as supervisor,
    ):
        supervisor.wait_ready(SECONDS)
        nursery = leftovers.read(pids / "nursery.json")
        assert nursery
        wait_until_callers_have_gone(Places(home).nursery_socket)
        process = Path(f"/proc/{nursery.pid}")
        opened = [str(file.readlink()) for file in (process / "fd").iterdir()]
        # The one on which it listens.
        assert len([name for name in opened if name.startswith("socket:")]) == 1
        assert len(list((process / "task").iterdir())) == 1


def test_with_a_relay_of_ones_own_there_is_no_mailbox(free: int, settings: Settings) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://relay.courier.example"
    with programs.claimed(Layout(free)) as stages:
        assert ["sandbox"] not in named(stages)


def test_links_lead_to_the_port_that_was_chosen(free: int) -> None:
    assert Layout(free).environment["PUBLISHER_BASE_URL"] == f"http://127.0.0.1:{free}"


def test_a_command_in_another_terminal_makes_the_same_links(free: int, home: Path) -> None:
    with programs.claimed(Layout(free)):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from publisher import settings as s; print(s.PUBLISHER_BASE_URL)",
            ],
            env={"PUBLISHER_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout == f"http://127.0.0.1:{free}\n"


def test_another_publisher_in_this_folder_is_let_be(
    free: int, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `python -m`, Celery and gunicorn would import it first.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUBLISHER_SECRET_KEY_FILE", "key")
    with programs.claimed(Layout(free)) as stages:
        ours = [program for stage in stages for program in stage]
    assert {program.directory for program in ours} == {settings.ROOT}
    assert {program.env["PUBLISHER_SECRET_KEY_FILE"] for program in ours} == {str(tmp_path / "key")}


def test_only_the_demo_posts_to_the_stand_in(free: int) -> None:
    assert "PUBLISHER_X_API_URL" not in Layout(free).environment
    demo = Layout(free, demo=Path("demo.json")).environment
    assert demo["PUBLISHER_X_API_URL"] == programs.stand_in_url()


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_taken_port_is_one_sentence(publisher: Run, taken: int, command: str) -> None:
    result = publisher(command, "--port", taken)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Port {taken} on 127.0.0.1 is taken, so the web server cannot start;"
        " end what uses it or choose another with --port.\n"
    )


def test_a_taken_port_of_the_mailbox_names_its_setting(
    taken: int, free: int, settings: Settings
) -> None:
    settings.PUBLISHER_SANDBOX_SMTP_PORT = taken
    with (
        pytest.raises(Refused, match="choose another with PUBLISHER_SANDBOX_SMTP_PORT"),
        programs.claimed(Layout(free)),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("PUBLISHER_SMTP_URL", "smtp://relay.courier.example"),
        ("PUBLISHER_X_API_URL", "https://api.x.com"),
    ],
)
def test_the_demo_bothers_nobodys_real_server(publisher: Run, name: str, url: str) -> None:
    result = publisher("demo", env={name: url})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith(f"unset {name} for it.\n")


def test_returned_mail_is_listened_for_where_a_setting_says(settings: Settings, free: int) -> None:
    (port,) = ports.free(1)
    settings.PUBLISHER_BOUNCES_LISTEN = f"lmtp://127.0.0.1:{port}"
    with programs.claimed(Layout(free)) as stages:
        assert named(stages)[-1][-1] == "bounces"
    settings.PUBLISHER_BOUNCES_LISTEN = f"lmtp://127.0.0.1:{free}"
    with (
        socket.create_server(("127.0.0.1", free)),
        pytest.raises(Refused, match="PUBLISHER_BOUNCES_LISTEN"),
        programs.claimed(Layout(port)),
    ):
        pass
