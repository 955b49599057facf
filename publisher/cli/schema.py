"""The database's tables, brought up to date by one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# Any number will do, as long as everybody who migrates this database takes the same.
_LOCK = 20_261_123


def apply() -> list[str]:
    """Apply the migrations that are missing, and return their names; of two at once, one waits."""
    if not missing():
        return []
    with _alone():
        names = missing()
        call_command("migrate", interactive=False, verbosity=0)
    return names


def missing() -> list[str]:
    """Return the names of the migrations that are still to be applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        # Neither the wait for another host nor the rewriting of a large table has a time limit.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
            cursor.execute("RESET statement_timeout")
