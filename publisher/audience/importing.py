"""Readers from a CSV file: streamed, row by row judged, written in portions.

A broken row stops nobody else.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import available_timezones

from django.db import connection, transaction

from publisher.audience import addresses
from publisher.audience.actions import name as reader_name
from publisher.audience.exporting import undefused
from publisher.errors import Refused

COLUMNS = ("email", "name", "time_zone", "tags")
_PORTION = 2000
# More than this many are counted, but no longer spelled out: they would drown the answer.
_PROBLEMS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One reader of the file, checked."""

    email: str
    name: str
    time_zone: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """What an import is for: whose readers they become.

    How they agreed ("" if they are still to be asked).
    """

    newsletter_id: int
    consent: str
    now: datetime


@dataclass(slots=True)
class Result:
    """What came of it; `refused` rows are spelled out in `problems`, the first 50 at least."""

    added: int = 0
    asked: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Return how many rows were taken, also those that said nothing new."""
        return self.added + self.asked + self.unchanged

    def refuse(self, line: int, why: str) -> None:
        """Note that the row on this line was left out."""
        self.refused += 1
        if self.refused <= _PROBLEMS_SHOWN:
            self.problems.append(f"line {line}: {why}")


def import_csv(path: Path, order: Import, progress: Callable[[int], None]) -> Result:
    """Take the readers in `path`, calling `progress` with the octets read so far.

    Raises Refused for a file unfit as a whole.

    With consent they are active at once, without it they are asked by mail. Whoever has left before
    stays away.
    """
    check_encoding(path)
    result = Result()
    with path.open("rb") as octets, TextIOWrapper(octets, "utf-8-sig", newline="") as file:
        rows = _rows(file, result)
        while portion := list(islice(rows, _PORTION)):
            _write({row.email: row for row in portion}, order, result)
            progress(octets.tell())
    return result


def check_encoding(path: Path) -> None:
    """Raise Refused, naming the line, unless the whole file is UTF-8.

    Half an import would be worse than none.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                line.decode()
                if b"\0" in line:
                    raise Refused(
                        f"{path.name} is not text: line {number} has a NUL; save it as CSV."
                    )
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path.name} is not UTF-8: see line {number}; save it as 'CSV UTF-8' and try again."
        ) from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def _rows(file: TextIO, result: Result) -> Iterator[Row]:
    header = file.readline()
    reader = csv.reader(file, delimiter=";" if header.count(";") > header.count(",") else ",")
    columns = _columns(next(csv.reader([header], delimiter=reader.dialect.delimiter), []))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            result.refuse(reader.line_num + 1, f"{error}.")
            continue
        if not any(cells):
            continue
        try:
            yield _row(columns, cells)
        except Refused as refusal:
            result.refuse(reader.line_num + 1, str(refusal))


def _columns(header: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in header]
    if "email" not in columns:
        raise Refused(
            f"The first line must name the columns, with 'email' among them; it is {header[:8]!r}."
        )
    if unknown := [column for column in columns if column not in COLUMNS]:
        raise Refused(f"Column {unknown[0]!r} is unknown; there are {', '.join(COLUMNS)}.")
    return columns


def _row(columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise Refused(f"{len(cells)} cells where the first line names {len(columns)} columns.")
    values = {column: undefused(cell.strip()) for column, cell in zip(columns, cells, strict=True)}
    zone = values.get("time_zone", "")
    if zone and zone not in available_timezones():
        raise Refused(f"{zone!r} is not a time zone; write one such as Europe/Amsterdam, or none.")
    tags = tuple(filter(None, (tag.strip() for tag in values.get("tags", "").split(";"))))
    if any(len(tag) > 100 for tag in tags):
        raise Refused("A tag is longer than 100 characters.")
    return Row(
        addresses.normalise(values["email"]), reader_name(values.get("name", "")), zone, tags
    )


def _write(rows: dict[str, Row], order: Import, result: Result) -> None:
    parameters: dict[str, Any] = {
        "emails": list(rows),
        "digests": [addresses.digest(email) for email in rows],
        "names": [row.name for row in rows.values()],
        "zones": [row.time_zone for row in rows.values()],
        "tags": ["\n".join(row.tags) for row in rows.values()],
        "newsletter": order.newsletter_id,
        "source": order.consent or "import",
        "now": order.now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SUBSCRIBERS, parameters)
        cursor.execute(_SUBSCRIPTIONS if order.consent else _SIGNUPS, parameters)
        taken = cursor.rowcount
    result.unchanged += len(rows) - taken
    if order.consent:
        result.added += taken
    else:
        result.asked += taken


# What a reader told us of themselves stays; an import only fills what is empty.
_SUBSCRIBERS = """
    INSERT INTO audience_subscriber (email, digest, name, time_zone, tags, created_at)
    SELECT email, digest, name, zone, string_to_array(tags, E'\\n'), %(now)s
    FROM unnest(
        %(emails)s::text[], %(digests)s::text[], %(names)s::text[], %(zones)s::text[],
        %(tags)s::text[]
    ) AS row (email, digest, name, zone, tags)
    ON CONFLICT (email) DO UPDATE SET
        name = COALESCE(NULLIF(audience_subscriber.name, ''), EXCLUDED.name),
        time_zone = COALESCE(NULLIF(audience_subscriber.time_zone, ''), EXCLUDED.time_zone),
        tags = ARRAY(SELECT DISTINCT unnest(audience_subscriber.tags || EXCLUDED.tags) ORDER BY 1)
"""

# A pending wish becomes active with the importer's proof of consent; an ended one stays ended.
_SUBSCRIPTIONS = """
    INSERT INTO audience_subscription
        (subscriber_id, newsletter_id, state, source, asked_at, confirmed_at, ended_reason)
    SELECT id, %(newsletter)s, 'active', %(source)s, %(now)s, %(now)s, ''
    FROM audience_subscriber WHERE email = ANY(%(emails)s)
    ON CONFLICT (subscriber_id, newsletter_id) DO UPDATE SET
        state = 'active', source = EXCLUDED.source, confirmed_at = EXCLUDED.confirmed_at
    WHERE audience_subscription.state = 'pending'
"""

_SIGNUPS = """
    INSERT INTO audience_signup (email, name, newsletter_id, source, due_at)
    SELECT email, name, %(newsletter)s, %(source)s, %(now)s
    FROM audience_subscriber reader WHERE email = ANY(%(emails)s) AND NOT EXISTS (
        SELECT FROM audience_subscription
        WHERE subscriber_id = reader.id AND newsletter_id = %(newsletter)s
    )
"""
