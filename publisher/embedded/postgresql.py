"""Our own PostgreSQL: one that only the user who started it can reach, through a socket."""

import signal
from collections.abc import Callable
from pathlib import Path

import psycopg

from publisher.embedded import accounts, binaries, cluster, folders, leftovers
from publisher.embedded.accounts import Account
from publisher.embedded.places import Places
from publisher.embedded.program import Program

NAME = "postgres"
# A checkpoint of everything in memory may take its time, and killing it costs a recovery.
_STOP_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # An edition is read and written from one end to the other, and the system keeps what does not
    # fit: to a million readers, 128 MB made no mail cheaper.
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    # Of a disk without moving parts: else it reads whole tables where a thousand rows are wanted.
    "random_page_cost": "1.1",
    # Our queries take milliseconds; compiling one takes a hundred.
    "jit": "off",
}


def prepare(places: Places, log: Callable[[str], None]) -> Program:
    """Make what a start needs, end what an earlier one left, and return what to run."""
    account = accounts.unprivileged()
    programs = binaries.postgres(account)
    data = cluster.require(places, programs, account, log)
    folders.private(places.postgres_sockets, account.uid if account else None)
    _clear(data, places.postgres_socket)
    return _program(places, programs, data, account)


def answers(places: Places) -> bool:
    """Tell whether the database can be used at this moment."""
    try:
        psycopg.connect(places.database_url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _program(places: Places, programs: Path, data: Path, account: Account | None) -> Program:
    settings = {**_SETTINGS, "unix_socket_directories": str(places.postgres_sockets)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Program(
        NAME,
        [str(programs / "postgres"), "-D", str(data), *options],
        binaries.ENVIRONMENT,
        ready=lambda: answers(places),
        # Its fast shutdown: open transactions are rolled back, not waited for.
        stop_signal=signal.SIGINT,
        stop_seconds=_STOP_SECONDS,
        user=account.name if account else None,
        directory=Path("/"),
    )


def _clear(data: Path, socket: Path) -> None:
    """End a server that still runs on `data`, and remove lock files whose pid is a stranger's.

    PostgreSQL sees by itself that a pid has ended. What it cannot see, after a power cut, is that
    the process which has its old pid now is another program of the same user: it would refuse to
    start for as long as that one runs.
    """
    for lock in (data / "postmaster.pid", socket.with_name(f"{socket.name}.lock")):
        pid = _first_number(lock)
        if pid is None:
            continue
        if f"-D {data} " in leftovers.command_line(pid):
            leftovers.end(leftovers.Trace.of(pid, signal.SIGINT))
        elif leftovers.born(pid):
            lock.unlink()


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
