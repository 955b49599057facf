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
    with psycopg.connect(Places(house.home).database_url, autocommit=True) as database:
        (seconds,) = database.execute(_UNTIL_DUE, [edition_id]).fetchone() or (0,)
    time.sleep(max(0.0, float(seconds)))


def await_sent(house: House, edition_id: int, limit: timedelta) -> float:
    """Wait until an edition is sent; return the seconds from its due time to its last outcome."""
    deadline = time.monotonic() + limit.total_seconds()
    # One connection for all the asking: what a new one costs PostgreSQL is counted with the mails.
    with psycopg.connect(Places(house.home).database_url, autocommit=True) as database:
        while not (took := database.execute(_TOOK, [edition_id]).fetchone()):
            if time.monotonic() > deadline:
                raise SystemExit(f"Edition {edition_id} was not sent within {limit}.")
            time.sleep(0.2)
    return float(took[0])
