"""The first start: whole or not at all, as root and as an ordinary user, however deep the home."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import publisher
from publisher.embedded import accounts, binaries, cluster
from publisher.embedded.places import ACCOUNT, Places
from publisher.errors import Refused

ROOT = Path(publisher.__file__).parent.parent
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


def test_rests_of_earlier_tries_are_neither_used_nor_lost(
    made: Places, first_words: list[str]
) -> None:
    folder = made.postgres.parent
    assert not (folder / "postgres.unfinished").exists()
    earlier = folder / "postgres.earlier-1"
    assert (earlier / "rest").exists()
    assert f"Data of an earlier PostgreSQL is kept in {earlier}; remove it" in first_words[0]


@needs_root
def test_where_its_user_cannot_go_postgresql_keeps_its_data_aside(
    made: Places, first_words: list[str]
) -> None:
    assert (made.home / "postgres").readlink() == made.aside / "postgres" == made.postgres
    assert made.postgres.owner() == ACCOUNT
    assert first_words[1].startswith(f"Running as root: PostgreSQL runs as the user {ACCOUNT!r}")
    assert first_words[1].endswith(f"keeps its data in {made.postgres}.")
    assert made.home.parent.stat().st_mode & 0o777 == 0o700


# As root it reads this environment, which may lie in a place that is closed to everybody else; the
# engines are started by somebody else.
USES_ENGINES = """
import os, sys
import secrets  # redis-py waits with this until it connects
from pathlib import Path
import psycopg
from publisher.embedded.engines import running
from publisher.embedded.places import Places
uid = int(sys.argv[2])
os.setgroups([])
os.setgid(uid)
os.setuid(uid)
places = Places(Path(sys.argv[1]))
with running(places):
    with psycopg.connect(places.database_url) as connection:
        print(connection.execute("SELECT current_database()").fetchone()[0])
print(places.run)
"""


@needs_root
def test_an_ordinary_user_needs_nothing_but_a_home(reachable: Path) -> None:
    # Not just any number: initdb looks its user up by name.
    nobody = pwd.getpwnam("nobody")
    account = accounts.Account(nobody.pw_name, nobody.pw_uid, nobody.pw_gid)
    if not binaries._runs(binaries.postgres(None) / "initdb", account):
        pytest.skip("this environment is closed to ordinary users, its PostgreSQL included")
    home = reachable / "ordinary"
    home.mkdir()
    os.chown(home, account.uid, account.gid)
    deep = home / ("deep" * 50)
    command = [sys.executable, "-c", USES_ENGINES, str(deep), str(account.uid)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    database, run = done.stdout.split()
    assert database == "publisher"
    assert Path(run).name.startswith(f"publisher-{account.uid}-")
    assert (deep / "postgres").stat().st_uid == account.uid
    shutil.rmtree(run)


def require(places: Places) -> Path:
    return cluster.require(places, Path("/nowhere"), accounts.unprivileged(), print)


def test_data_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Refused, match="holds data of PostgreSQL 17, and the one installed is 18"):
        require(Places(tmp_path))


@needs_root
def test_data_of_another_user_are_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    with pytest.raises(Refused, match="belongs to the user with the id 0; run Publisher as that"):
        require(Places(tmp_path))


def test_data_that_are_gone_are_not_replaced_by_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "postgres").symlink_to(tmp_path / "gone")
    with pytest.raises(Refused, match="where no data of PostgreSQL is; put it back, or remove"):
        require(Places(tmp_path))


@needs_root
def test_data_that_their_user_cannot_reach_any_more_are_refused(reachable: Path) -> None:
    places = Places(reachable / "closing")
    places.postgres.mkdir(parents=True)
    (places.postgres / "PG_VERSION").write_text("18\n")
    shutil.chown(places.postgres, ACCOUNT)
    assert require(places) == places.postgres
    places.home.chmod(0o700)
    with pytest.raises(Refused, match=r"cannot reach its .* any more; let others pass"):
        require(places)


def test_what_fails_half_way_leaves_nothing(reachable: Path) -> None:
    programs = reachable / "programs"
    programs.mkdir()
    (programs / "initdb").write_text("#!/bin/sh\necho 'initdb: error: no space left' >&2; exit 1\n")
    for path in (programs, programs / "initdb"):
        path.chmod(0o755)
    places = Places(reachable / "failed")
    places.home.mkdir()
    with pytest.raises(Refused, match="data could not be made: initdb: error: no space left"):
        cluster.require(places, programs, accounts.unprivileged(), print)
    assert list(places.home.iterdir()) == []
