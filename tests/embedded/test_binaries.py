"""Which programs are taken, and what is said where there are none."""

import subprocess
import sys
from pathlib import Path

import pytest

import publisher
from publisher.embedded import accounts, binaries

ROOT = Path(publisher.__file__).parent.parent
needs_root = pytest.mark.skipif(
    accounts.unprivileged() is None, reason="only root runs PostgreSQL as another user"
)


def server(folder: Path, name: str, says: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_redis_from_the_path_is_preferred(tmp_path: Path) -> None:
    path = server(tmp_path, "redis-server", "Redis server v=7.0.15 sha=00000000:0 malloc=libc")
    assert binaries.redis(str(tmp_path)) == binaries.RedisServer(path, "redis-7")


def test_an_old_redis_is_passed_over_for_valkey(tmp_path: Path) -> None:
    server(tmp_path, "redis-server", "Redis server v=6.2.7 sha=00000000:0 malloc=libc")
    path = server(tmp_path, "valkey-server", "Valkey server v=8.1.3 sha=00000000:0 malloc=libc")
    assert binaries.redis(str(tmp_path)) == binaries.RedisServer(path, "valkey-8")


def test_without_one_on_the_path_the_installed_redis_is_taken(tmp_path: Path) -> None:
    server(tmp_path, "redis-server", "something else")
    assert binaries.redis(str(tmp_path)).flavour == "redis-8"


@pytest.mark.parametrize(
    ("call", "setting"), [("postgres(None)", "DATABASE_URL"), ("redis('/nowhere')", "REDIS_URL")]
)
def test_where_none_is_installed_a_setting_is_asked_for(call: str, setting: str) -> None:
    asked = f"from publisher.embedded import binaries; binaries.{call}"
    bare = [sys.executable, "-S", "-c", asked]
    done = subprocess.run(
        bare, env={"PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True
    )
    assert f"run one elsewhere and set {setting} to it." in done.stderr


@needs_root
def test_programs_that_their_user_cannot_reach_are_copied_once(reachable: Path) -> None:
    account = accounts.unprivileged()
    system = reachable / "system"
    copy = binaries._copied(binaries.postgres(None), system)
    made = copy.stat().st_ctime_ns
    assert accounts.run([copy / "initdb", "--version"], account).stdout.startswith("initdb")
    assert binaries._copied(binaries.postgres(None), system) == copy
    assert copy.stat().st_ctime_ns == made
    assert [path.name for path in system.iterdir()] == [copy.parent.parent.parent.name]


@needs_root
def test_what_a_user_cannot_reach_it_does_not_run(reachable: Path) -> None:
    account = accounts.unprivileged()
    assert account
    program = server(reachable, "program", "words")
    assert binaries._runs(program, account)
    program.chmod(0o700)
    assert not binaries._runs(program, account)
