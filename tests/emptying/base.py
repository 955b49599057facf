"""The backend; Django asks for it by the name of this file."""

from collections.abc import Iterable
from typing import Any

from django.core.management.color import Style
from django.db.backends.postgresql import base, operations

# What migrations have written, and no test changes.
_LASTING = {"auth_permission", "django_content_type"}


class DatabaseOperations(operations.DatabaseOperations):
    """What is done to a database after a test that committed."""

    def sql_flush(
        self,
        style: Style,
        tables: Iterable[str],
        **options: Any,  # noqa: ARG002 - no sequence starts again, and every table is there
    ) -> list[str]:
        """Return what empties the tables, in any order: foreign keys are checked at the end."""
        delete = style.SQL_KEYWORD("DELETE FROM")
        return [f"{delete} {self.quote_name(name)};" for name in tables if name not in _LASTING]


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of a test's."""

    ops_class = DatabaseOperations
