"""Readers as CSV, with cells that no spreadsheet takes for a formula."""

import csv
from typing import TextIO

from publisher.audience import queries

# OWASP, CSV injection: a cell that starts with one of these is run by common spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_csv(file: TextIO, newsletter_id: int | None = None) -> int:
    """Write everybody, or the active readers of one newsletter.

    In the columns that an import takes; return how many.
    """
    writer = csv.writer(file)
    writer.writerow(("email", "name", "time_zone", "tags"))
    written = 0
    for reader in queries.all_readers(newsletter_id):
        cells = (reader.email, reader.name, reader.time_zone, ";".join(reader.tags))
        writer.writerow(map(defused, cells))
        written += 1
    return written


def defused(cell: str) -> str:
    """Return the cell with an apostrophe in front where a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def undefused(cell: str) -> str:
    """Return what `defused` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell
