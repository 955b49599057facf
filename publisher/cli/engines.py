"""The engines for the time of one command: those of the settings, or our own on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connection

from publisher.embedded import engines, postgresql, redis_server

P = ParamSpec("P")
R = TypeVar("R")


def ours() -> list[str]:
    """Return the names of the engines that nobody else runs for us."""
    embedded = {
        postgresql.NAME: settings.EMBEDDED_POSTGRES,
        redis_server.NAME: settings.EMBEDDED_REDIS,
    }
    return [name for name, is_ours in embedded.items() if is_ours]


def titles() -> list[str]:
    """Return what those are called."""
    known = {postgresql.NAME: "PostgreSQL", redis_server.NAME: "Redis"}
    return [known[name] for name in ours()]


@contextmanager
def running(*names: str) -> Iterator[None]:
    """Have the engines of these names, or both, while the block runs.

    Those that `publisher up` runs are used; where nobody runs ours, they live as long as the block.
    """
    wanted = [name for name in ours() if name in (names or engines.BOTH)]
    if not wanted:
        yield
        return
    with engines.running(settings.PLACES, wanted):
        try:
            yield
        finally:
            # PostgreSQL ends when its last guest has gone.
            connection.close()


def needed(command: Callable[P, R]) -> Callable[P, R]:
    """Have the database while a command runs; our own is migrated first, as nobody else would."""
    # Not before it is needed: who only starts the engines has no use for Django's migrations.
    from publisher.cli import schema

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with running(postgresql.NAME):
            if settings.EMBEDDED_POSTGRES:
                schema.apply()
            return command(*args, **kwargs)

    return run
