"""Notices that reach every process of every host within a millisecond of a commit.

PostgreSQL carries them (NOTIFY): a notice is given with the transaction that it is about, and only
if that is committed. Nothing leans on them: whoever misses one sees the rows a moment later.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import psycopg
from django.db import connection

Kind = Literal["held", "withdrawn"]
# Short enough for a listener to notice that it is to end.
_LISTEN_SECONDS = 0.5


def give(kind: Kind, row_id: int) -> None:
    """Say that a mailing is held, or that a subscriber has withdrawn something."""
    give_all(kind, [row_id])


def give_all(kind: Kind, row_ids: Sequence[int]) -> None:
    """Say so of many, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, id::text) FROM unnest(%s::bigint[]) AS id", [kind, list(row_ids)]
        )


def hear(*kinds: Kind) -> Iterator[tuple[Kind, int] | None]:
    """Yield notices as they come, and None now and then; raises psycopg.Error.

    The first None says that from now on none is missed.
    """
    parameters = connection.get_connection_params()
    for unwanted in ("cursor_factory", "context"):
        parameters.pop(unwanted, None)
    with psycopg.connect(**parameters, autocommit=True) as listener:
        for kind in kinds:
            listener.execute(f"LISTEN {kind}")
        yield None
        while True:
            for notice in listener.notifies(timeout=_LISTEN_SECONDS):
                yield _kind(notice.channel), int(notice.payload)
            yield None


def _kind(channel: str) -> Kind:
    return "held" if channel == "held" else "withdrawn"
