"""`publisher subscribers`: who reads."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from publisher import clock
from publisher.audience import actions, exporting, importing, queries
from publisher.audience.importing import Import, Result
from publisher.audience.queries import Reader, Wish
from publisher.cli import engines, printing, sentences
from publisher.cli.printing import AsJson, Record
from publisher.newsletters import queries as newsletters
from publisher.staff import trail

app = typer.Typer(no_args_is_help=True, help="Who reads.")
_CONSENT = "'--confirmed' / '--source'"
Email = Annotated[str, typer.Argument(metavar="EMAIL")]


@app.command("import")
@engines.needed
def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    *,
    newsletter: Annotated[str, typer.Option("--newsletter", metavar="SLUG")],
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="They have agreed already; nobody is asked.")
    ] = False,
    source: Annotated[str, typer.Option("--source", help="How they agreed, and where.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take readers from a CSV file with the columns email, name, time_zone and tags.

    The status is 1 if a row is refused; all others are taken.
    """
    if confirmed != bool(source.strip()):
        raise typer.BadParameter("say how they agreed with both or neither", param_hint=_CONSENT)
    newsletter_id = newsletters.newsletter(newsletter).id
    result = _import(path, Import(newsletter_id, source.strip(), clock.now()))
    for problem in result.problems:
        typer.echo(f"{path.name}, {printing.shown(problem)}", err=True)
    printing.say(_summary(result), _record_of_import(result), as_json=as_json)
    if result.refused:
        kept = "the others are taken" if result.taken else "none was left to take"
        sentences.fail(
            f"Rows of {path.name} are refused: {result.refused}, {kept}; correct them and import"
            " the file again."
        )


@app.command()
@engines.needed
def export(
    *,
    newsletter: Annotated[
        str, typer.Option("--newsletter", metavar="SLUG", help="Only its active readers.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Print readers as CSV, in the columns that an import takes."""
    newsletter_id = newsletters.newsletter(newsletter).id if newsletter else None
    if not as_json:
        exporting.export_csv(sys.stdout, newsletter_id)
        return
    readers = (
        {"email": each.email, "name": each.name, "time_zone": each.time_zone, "tags": each.tags}
        for each in queries.all_readers(newsletter_id)
    )
    printing.many(readers, (), as_json=True)


@app.command()
@engines.needed
def show(email: Email, *, as_json: AsJson = False) -> None:
    """Show everything that is known of a reader."""
    reader = queries.reader_at(email)
    subscriptions = [_subscription(wish) for wish in reader.wishes]
    if as_json:
        printing.one(_record(reader) | {"subscriptions": subscriptions}, as_json=True)
        return
    printing.one(_record(reader), as_json=False)
    columns = ("newsletter", "state", "confirmed_at", "ended_at", "ended_reason", "source")
    printing.many(subscriptions, columns, as_json=False)


@app.command()
@engines.needed
def suppress(
    email: Email,
    *,
    reason: Annotated[str, typer.Option("--reason", help="What an editor reads about it.")],
    as_json: AsJson = False,
) -> None:
    """Never write to an address again, whoever has it."""
    now = clock.now()
    actions.suppress(email, reason, now=now)
    _note(email, f"suppressed: {reason}", now)
    record = {"email": email, "state": "suppressed"}
    printing.say(f"Nothing is sent to {email} any more.", record, as_json=as_json)


@app.command()
@engines.needed
def lift(
    email: Email,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why, for whoever asks later.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let an address be written to again; what came back before no longer counts."""
    now = clock.now()
    actions.lift(email, by=trail.HOUSE, now=now, reason=reason)
    _note(email, f"lifted the suppression: {reason}".rstrip(": "), now)
    record = {"email": email, "state": "lifted"}
    printing.say(f"{email} gets mail again.", record, as_json=as_json)


@app.command()
@engines.needed
def erase(email: Email, *, as_json: AsJson = False) -> None:
    """Delete a reader with everything that is known of them."""
    actions.erase(email)
    printing.say(f"{email} is erased.", {"email": email, "state": "erased"}, as_json=as_json)


def _note(email: str, did: str, now: datetime) -> None:
    if subscriber_id := queries.id_at(email):
        trail.note(None, f"reader {subscriber_id}", did, now=now)


def _import(path: Path, order: Import) -> Result:
    importing.check_encoding(path)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    is_watched = sys.stderr.isatty()
    bar = Progress(*columns, console=printing.console(stderr=True), disable=not is_watched)
    with bar:
        task = bar.add_task(path.name, total=path.stat().st_size)
        result = importing.import_csv(path, order, lambda read: bar.update(task, completed=read))
        bar.update(task, completed=path.stat().st_size)
    return result


def _summary(result: Result) -> str:
    return (
        f"{result.added} added, {result.asked} asked to confirm, {result.unchanged} unchanged,"
        f" {result.refused} refused."
    )


def _record_of_import(result: Result) -> Record:
    return {
        "added": result.added,
        "asked": result.asked,
        "unchanged": result.unchanged,
        "refused": result.refused,
        "problems": result.problems,
    }


def _record(reader: Reader) -> dict[str, object]:
    return {
        "id": reader.id,
        "email": reader.email,
        "name": reader.name,
        "time_zone": reader.time_zone,
        "tags": reader.tags,
        "created_at": reader.created_at,
        "suppressed": reader.suppressed,
    }


def _subscription(wish: Wish) -> Record:
    return {
        "id": wish.id,
        "newsletter": wish.newsletter_slug,
        "state": wish.state,
        "source": wish.source,
        "confirmed_at": wish.confirmed_at,
        "ended_at": wish.ended_at,
        "ended_reason": wish.ended_reason,
    }
