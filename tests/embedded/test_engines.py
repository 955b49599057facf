"""Both engines, for real: made once, kept through every kind of end, one at a time."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

import publisher
from publisher.embedded import accounts, leftovers, lock
from publisher.embedded.engines import Engines, running
from publisher.embedded.places import Places
from tests.embedded.waiting import until

ROOT = Path(publisher.__file__).parent.parent
ACCOUNT = accounts.unprivileged()


def ask(places: Places, words: str) -> object:
    with psycopg.connect(places.database_url, autocommit=True) as connection:
        asked = connection.execute(words.encode())
        row = asked.fetchone() if asked.description else None
        return row[0] if row else None


@contextmanager
def queue(places: Places) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(places.redis_url, decode_responses=True) as client:
        yield client


def pid_of(places: Places, name: str) -> int:
    return int(json.loads((places.pids / f"{name}.json").read_text())["pid"])


def test_data_stay_through_a_restart(places: Places) -> None:
    with running(places):
        ask(places, "CREATE TABLE kept AS SELECT 7 AS number")
        with queue(places) as client:
            client.set("kept", "8")
    with running(places), queue(places) as client:
        assert ask(places, "SELECT number FROM kept") == 7
        assert client.get("kept") == "8"
    assert not Engines(places).answer()


def test_the_database_is_safe_and_knows_words(places: Places) -> None:
    with running(places):
        for setting in ("fsync", "synchronous_commit", "data_checksums", "full_page_writes"):
            assert ask(places, f"SHOW {setting}") == "on"
        assert ask(places, "SHOW listen_addresses") == ""
        lexemes = ask(places, "SELECT to_tsvector('simple', '“ÄPFEL”—naïve')::text")
        assert lexemes == "'naïve':2 'äpfel':1"


def test_nobody_else_can_reach_the_engines(places: Places) -> None:
    with running(places):
        assert places.postgres_sockets.stat().st_mode & 0o077 == 0
        assert places.postgres.stat().st_mode & 0o077 == 0
        assert places.redis_socket.stat().st_mode & 0o077 == 0


def test_a_second_copy_is_refused(places: Places) -> None:
    with running(places), pytest.raises(lock.Held, match="stop it or set PUBLISHER_HOME"):
        Engines(places).start()


def test_a_command_uses_the_engines_that_run(places: Places) -> None:
    with running(places):
        pid = pid_of(places, "postgres")
        with running(places):
            assert pid_of(places, "postgres") == pid
        assert Engines(places).answer()


def test_a_command_waits_for_engines_that_are_being_started(places: Places) -> None:
    inside = threading.Event()

    def use() -> None:
        with running(places):
            inside.set()

    with lock.claimed(places):
        guest = threading.Thread(target=use)
        guest.start()
        assert not inside.is_set()
    guest.join()
    assert inside.is_set()


def test_engines_stay_for_the_last_guest(places: Places) -> None:
    started, leave, left = threading.Event(), threading.Event(), threading.Event()

    def host() -> None:
        with running(places):
            started.set()
            leave.wait()
        left.set()

    thread = threading.Thread(target=host)
    thread.start()
    started.wait()
    with running(places):
        leave.set()
        assert not left.wait(0.2)
        assert ask(places, "SELECT 1") == 1
    thread.join()
    assert not Engines(places).answer()


def test_killed_engines_are_started_again(places: Places) -> None:
    with running(places):
        killed = {name: pid_of(places, name) for name in ("postgres", "redis")}
        for pid in killed.values():
            os.kill(pid, signal.SIGKILL)
        until(lambda: Engines(places).answer())
        assert all(pid_of(places, name) != pid for name, pid in killed.items())


LEAVES_ORPHANS = """
import os, signal, sys
from pathlib import Path
from publisher.embedded.engines import Engines
from publisher.embedded.places import Places
Engines(Places(Path(sys.argv[1]))).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_orphans(places: Places) -> dict[str, int]:
    command = [sys.executable, "-c", LEAVES_ORPHANS, str(places.home)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    return {name: pid_of(places, name) for name in ("postgres", "redis")}


def test_what_a_killed_publisher_left_is_used_and_then_ended(places: Places) -> None:
    orphans = leave_orphans(places)
    with running(places):
        assert {name: pid_of(places, name) for name in orphans} == orphans
    said: list[str] = []
    with Engines(places, log=said.append).claimed():
        assert not any(leftovers.born(pid) for pid in orphans.values())
    assert said[0] == "Ended postgres, which a killed Publisher had left running."
    with running(places):
        assert ask(places, "SELECT 1") == 1


def test_an_orphan_that_was_not_written_down_is_found_all_the_same(places: Places) -> None:
    orphans = leave_orphans(places)
    (places.pids / "postgres.json").unlink()
    with Engines(places).claimed():
        assert not leftovers.born(orphans["postgres"])


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """Give a process of the user that PostgreSQL runs as."""
    with subprocess.Popen(["/bin/sleep", "60"], user=ACCOUNT.uid if ACCOUNT else None) as process:
        yield process
        process.kill()


def test_a_lock_file_with_the_pid_of_a_stranger_is_no_obstacle(
    places: Places, stranger: subprocess.Popen[bytes]
) -> None:
    socket = places.postgres_socket
    for file in (places.postgres / "postmaster.pid", socket.with_name(f"{socket.name}.lock")):
        file.write_text(f"{stranger.pid}\n{places.postgres}\n1795478004\n5432\n\n\n")
    with running(places):
        assert ask(places, "SELECT 1") == 1
    assert stranger.poll() is None
