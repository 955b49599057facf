"""PostgreSQL and Redis of the house's own: to be stopped, crashed, frozen and begun anew."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import psycopg
import redis

from publisher.embedded import postgresql, redis_server
from publisher.embedded.engines import ENGINES, READY_SECONDS, Engines
from publisher.embedded.places import Places

_LOOK_EVERY_SECONDS = 0.05


class Engine:
    """One of the two, in a folder of its own, so that it comes and goes alone."""

    name = ""

    def __init__(self, home: Path) -> None:
        self.places = Places(home)
        self._engines = Engines(self.places, [self.name], log=lambda _: None)

    def start(self) -> None:
        """Start it, and return when it answers."""
        self._engines.start()

    def stop(self) -> None:
        """End it as its operator would."""
        self._engines.stop()

    def crash(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it as a power cut would, and return when its supervisor has it back."""
        crashed = self._signal(how)
        deadline = time.monotonic() + READY_SECONDS
        while self._pid() in (None, crashed) or not ENGINES[self.name].answers(self.places):
            assert time.monotonic() < deadline, f"{self.name} did not come back"
            time.sleep(_LOOK_EVERY_SECONDS)

    def freeze(self) -> None:
        """Let it be there and not answer."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it answer again."""
        self._signal(signal.SIGCONT)

    def remove(self) -> None:
        """End it, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.places.aside, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> int:
        pid = self._pid()
        assert pid, f"{self.name} does not run"
        os.kill(pid, number)
        return pid

    def _pid(self) -> int | None:
        written = self.places.pids / f"{self.name}.json"
        return int(json.loads(written.read_text())["pid"]) if written.exists() else None


class Postgres(Engine):
    """The one thing that may never forget."""

    name = postgresql.NAME

    def start(self) -> None:
        """Start it; it need survive its own end, but not the machine's."""
        super().start()
        with psycopg.connect(self.places.database_url, autocommit=True) as database:
            for setting in ("fsync", "full_page_writes"):
                database.execute(f"ALTER SYSTEM SET {setting} = off")
            database.execute("SELECT pg_reload_conf()")


class Redis(Engine):
    """Which may forget everything at any time."""

    name = redis_server.NAME

    def flush(self) -> None:
        """Take everything out of it."""
        with redis.Redis(unix_socket_path=str(self.places.redis_socket)) as client:
            client.flushall()

    def forget(self) -> None:
        """Crash it, and let it begin with nothing."""
        self._signal(signal.SIGKILL)
        self.stop()
        shutil.rmtree(self.places.redis)
        self.start()
