"""A house of real worker processes on the test's database, with a Redis of its own to be wiped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from publisher.embedded import redis_server
from publisher.embedded.engines import Engines
from publisher.embedded.places import Places
from tests.recorder import Recorder, recording

_QUEUES = {"dispatch": "dispatch", "urgent": "urgent", "mail": "bulk", "mail-2": "bulk"}


@dataclass
class House:
    """The processes by name, and what they are told."""

    recorder: Recorder
    places: Places
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a worker, or the beat."""
        celery = [sys.executable, "-m", "celery", "-A", "workers.app"]
        worker = ["worker", "-P", "solo", "-n", f"{name}@test", "--without-gossip"]
        quiet = ["--without-mingle", "--without-heartbeat", "-Q", _QUEUES.get(name, "")]
        command = ["beat"] if name == "beat" else [*worker, *quiet]
        self.running[name] = subprocess.Popen(
            [*celery, *command, "--loglevel", "error"], env=self._environment()
        )

    def kill(self, name: str) -> None:
        """End a process as a power cut would, and wait until it is gone."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def wipe_redis(self) -> None:
        """Take everything from Redis."""
        redis.Redis(unix_socket_path=str(self.places.redis_socket)).flushall()

    def _environment(self) -> dict[str, str]:
        database = connection.settings_dict
        host = f"{database['HOST'].replace('/', '%2F')}"
        return os.environ | {
            "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
            f"&port={database['PORT'] or 5432}",
            "REDIS_URL": self.places.redis_url,
            "PUBLISHER_SECRET_KEY": settings.SECRET_KEY,
            "PUBLISHER_HOME": str(self.places.home),
            "PUBLISHER_SMTP_URL": self.recorder.url,
            "PUBLISHER_BATCH_RECIPIENTS": "20",
        }


@pytest.fixture
def house(tmp_path: Path, transactional_db: None) -> Iterator[House]:
    places = Places(tmp_path)
    engines = Engines(places, [redis_server.NAME], log=lambda _: None)
    engines.start()
    with recording() as recorder:
        house = House(recorder, places)
        for name in (*_QUEUES, "beat"):
            house.start(name)
        yield house
        for process in house.running.values():
            process.terminate()
        for process in house.running.values():
            process.wait()
    engines.stop()
