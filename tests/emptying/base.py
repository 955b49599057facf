"""The backend; Django asks for it by the name of this file."""

from collections.abc import Iterable
from typing import Any

from django.core.management.color import Style
from django.db.backends.postgresql import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    """What is done to a database after a test that committed."""

    def sql_flush(
        self,
        style: Style,
        tables: Iterable[str],
        **options: Any,  # noqa: ARG002 - no sequence starts again, and every table is there
    ) -> list[str]:
        """Return what empties the tables, in any order: foreign keys are checked at the end."""
        return [f"{style.SQL_KEYWORD('DELETE FROM')} {self.quote_name(name)};" for name in tables]


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of a test's."""

    ops_class = DatabaseOperations
