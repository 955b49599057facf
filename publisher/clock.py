"""The one clock of the house.

The database's, so that a host whose clock jumps sends nothing early or twice.
"""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """Return the time by the database, in UTC.

    Entrances call this, everything below them is handed `now`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
