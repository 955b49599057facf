"""A newsroom of real processes, in which anything can be made to fail while an edition is sent."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from publisher.audience import addresses
from publisher.audience.models import Subscriber
from tests.chaos.engines import Postgres, Redis
from tests.chaos.processes import MAIL, Host, Processes
from tests.chaos.sink import Log, Manners, command
from tests.factories import NOW
from tests.ports import free

READERS = 2000
# Forty of them: whatever fails, it fails in the middle of some.
_BATCH = 50
CONNECTIONS = 3
# How many mails can be in flight at any moment, of all workers together.
IN_FLIGHT = CONNECTIONS * len(MAIL)
# And how many can be said to the server: behind each, the next one is announced, and who has said
# DATA cannot take it back (RFC 2920 section 3.1).
PIPELINED = IN_FLIGHT * 2
# Over all connections about two seconds for all readers: time for something to happen.
PACE = Manners(pause_seconds=0.006)


class House:
    """The engines, the mail server, and our own processes."""

    def __init__(self, home: Path) -> None:
        self.postgres = Postgres(home / "postgres")
        self.redis = Redis(home / "redis")
        self.host = Host(home / "host")
        self.home = home
        self._port, self.x_port = free(2)
        (home / "logs").mkdir()
        self.processes = Processes(home / "logs", self._environment)
        self.log = Log(home / "sink.log")

    def open(self) -> None:
        """Start the engines."""
        self.postgres.start()
        self.redis.start()

    def close(self) -> None:
        """End everything, and leave nothing behind."""
        with ExitStack() as ending:
            ending.callback(self.postgres.remove)
            ending.callback(self.redis.remove)
            ending.callback(self.processes.close)

    def open_sink(self, manners: Manners = PACE) -> None:
        """Let the mail server listen."""
        self.processes.run("sink", command(self._port, self.log.path, manners), {}, settings.ROOT)

    def close_sink(self) -> None:
        """Cut all lines to the mail server, and let nobody listen there."""
        self.processes.kill("sink")

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgres.places.database_url,
            "REDIS_URL": self.redis.places.redis_url,
            "PUBLISHER_SECRET_KEY": settings.SECRET_KEY,
            "PUBLISHER_SMTP_URL": f"smtp://127.0.0.1:{self._port}?connections={CONNECTIONS}",
            "PUBLISHER_BATCH_RECIPIENTS": str(_BATCH),
            "PUBLISHER_X_API_URL": f"http://127.0.0.1:{self.x_port}",
        }


@contextmanager
def at_home(house: House) -> Iterator[None]:
    """Let Django ask the house's database, in place of the one that other tests have."""
    elsewhere = connections["default"]
    given = conninfo_to_dict(house.postgres.places.database_url)
    names = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
    told = {name: str(given[key]) for name, key in names.items()}
    connections["default"] = type(elsewhere)({**elsewhere.settings_dict, **told})
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = elsewhere


def settle_readers() -> None:
    """Let all readers live in the house's database."""
    emails = [f"reader{number}@reader.example" for number in range(READERS)]
    Subscriber.objects.bulk_create(
        Subscriber(email=email, digest=addresses.digest(email), name="Ada", created_at=NOW)
        for email in emails
    )
