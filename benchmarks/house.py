"""A whole newsroom on this machine, as `publisher up` runs it, for the time of a measurement."""

import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg

from benchmarks import sinks
from publisher import env
from publisher.cli.programs import MAIL_WORKERS
from publisher.embedded.places import Places

_READY_SECONDS = 60
_ASK_EVERY_SECONDS = 0.2
_UNTIL_DUE = """
    SELECT extract(epoch FROM due_at - clock_timestamp()) FROM newsletters_edition WHERE id = %s
"""
_TOOK = """
    SELECT extract(epoch FROM finished_at - due_at) FROM newsletters_edition
    WHERE id = %s AND state = 'sent'
"""


@dataclass
class House:
    """What runs: the supervisor's pid, and the data directory."""

    pid: int
    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, module: str, *words: object) -> str:
        """Run a module with the house's settings; return what it prints."""
        argv = [sys.executable, "-m", module, *map(str, words)]
        environment = env.with_defaults({}) | self.settings
        return subprocess.run(
            argv, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip()

    def ask(self, query: str, *values: object) -> float:
        """Return the number that a query gives at once."""
        with self._database() as database:
            (number,) = database.execute(query, values).fetchone() or (0,)
        return float(number)

    def await_answer(self, query: str, *values: object, limit: timedelta) -> float:
        """Ask again and again until a query gives a number, and return that."""
        deadline = time.monotonic() + limit.total_seconds()
        # One connection for all the asking: what a new one costs PostgreSQL is counted with the
        # mails.
        with self._database() as database:
            while not (row := database.execute(query, values).fetchone()):
                if time.monotonic() > deadline:
                    raise SystemExit(f"Nothing within {limit} of what was waited for: {query}")
                time.sleep(_ASK_EVERY_SECONDS)
        return float(row[0])

    def _database(self) -> psycopg.Connection:
        return psycopg.connect(Places(self.home).database_url, autocommit=True)


@contextmanager
def house(smtp_url: str, *, mail_workers: int = MAIL_WORKERS, **settings: str) -> Iterator[House]:
    """Run one until the end of the block."""
    home = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
    home.chmod(0o711)
    port = sinks.free_port()
    known = {
        "PUBLISHER_HOME": str(home),
        "PUBLISHER_SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLISHER_SMTP_URL": smtp_url,
        "DJANGO_SETTINGS_MODULE": "publisher.settings",
        **settings,
    }
    argv = [sys.executable, "-m", "publisher", "up", "--port", str(port)]
    argv += ["--workers", str(mail_workers)]
    with (home / "log.txt").open("w") as log:
        process = subprocess.Popen(
            argv, env=env.with_defaults({}) | known, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _await(f"http://127.0.0.1:{port}/readyz", process)
        yield House(process.pid, home, known)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=1, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"The house is not ready: see what it says at {url}.")


def readers(house: House, count: int) -> int:
    """Make a newsletter with that many readers, and return its id."""
    return int(house.run("benchmarks.preparing", "readers", count))


def edition(house: House, newsletter_id: int, octets: int, lane: str = "bulk") -> int:
    """Schedule an edition of about `octets` a mail two seconds ahead, and return its id."""
    return int(house.run("benchmarks.preparing", "edition", newsletter_id, octets, lane))


def await_due(house: House, edition_id: int) -> None:
    """Wait until an edition is due."""
    time.sleep(max(0.0, house.ask(_UNTIL_DUE, edition_id)))


def await_sent(house: House, edition_id: int, limit: timedelta) -> float:
    """Wait until an edition is sent; return the seconds from its due time to its last outcome."""
    return house.await_answer(_TOOK, edition_id, limit=limit)
