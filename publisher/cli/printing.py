"""What a command prints: a table for a person, JSON for a program."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from django.conf import settings
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

Record = Mapping[str, object]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

# Where nobody's terminal sets a width, lines are for grep: nothing is folded.
_WIDTH_ELSEWHERE = 1000


def made(record: Record, key: str, *, as_json: bool) -> None:
    """Print what was made: its id or slug alone, or all of it as JSON."""
    say(str(record[key]), record, as_json=as_json)


def say(sentence: str, record: Record, *, as_json: bool) -> None:
    """Print what was done in one sentence, or its outcome as JSON."""
    typer.echo(_in_json(record) if as_json else shown(sentence))


def several(said: Sequence[tuple[str, Record]], *, as_json: bool) -> None:
    """Print several texts, one below the other, or what each of them is as JSON."""
    typer.echo(
        _in_json([record for _, record in said])
        if as_json
        else "\n".join(shown(text) for text, _ in said)
    )


def one(record: Record, *, as_json: bool) -> None:
    """Print one thing, a line for each key."""
    if as_json:
        typer.echo(_in_json(record))
        return
    table = Table.grid(padding=(0, 2))
    for key, value in record.items():
        table.add_row(Text(key, style="bold"), Text(shown(value)))
    console().print(table)


def many(records: Iterable[Record], columns: Sequence[str], *, as_json: bool) -> None:
    """Print several things of a kind, a row for each."""
    if as_json:
        typer.echo(_in_json(list(records)))
        return
    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for record in records:
        table.add_row(*(Text(shown(record[column])) for column in columns))
    console().print(table)


def console(*, stderr: bool = False) -> Console:
    """Return the terminal, or something wide where it is none."""
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    width = None if is_terminal else _WIDTH_ELSEWHERE
    return Console(stderr=stderr, highlight=False, width=width)


def shown(value: object) -> str:
    """Return a value as a person reads it; nothing in it moves the cursor of their terminal."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d %H:%M:%S %Z}"
        case Mapping():
            return (
                ", ".join(f"{shown(count)} {key}" for key, count in value.items() if count) or "-"
            )
        case list() | tuple():
            return ", ".join(map(shown, value)) or "-"
        case _:
            return "".join(c if c.isprintable() or c == "\n" else " " for c in str(value))


def _in_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=_json_value)


def _json_value(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that JSON has")
