"""`publisher handles`: what people and organisations are called on each network."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from publisher import clock
from publisher.cli import arguments, engines, printing
from publisher.cli.printing import AsJson
from publisher.social import handles

app = typer.Typer(
    no_args_is_help=True, help="What people and organisations are called on each network."
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="As articles name them.")]
Network = Annotated[str, typer.Argument(metavar="NETWORK")]


@app.command()
@engines.needed
def add(
    name: Name,
    network: Network,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="With an @ or without.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say what somebody is called on a network, anew where it is known."""
    line = handles.add(name, network, handle, now=clock.now())
    sentence = f"'{line.name}' is @{line.handle} on {line.network}."
    printing.say(sentence, asdict(line), as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List the whole directory."""
    printing.many(map(asdict, handles.listed()), handles.COLUMNS, as_json=as_json)


@app.command()
@engines.needed
def remove(name: Name, network: Network, *, as_json: AsJson = False) -> None:
    """Forget what somebody is called on a network; posts say the plain name again."""
    handles.remove(name, network, now=clock.now())
    record = {"name": name, "network": network, "state": "removed"}
    printing.say(f"'{name}' is only a name on {network} now.", record, as_json=as_json)


@app.command("import")
@engines.needed
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")], *, as_json: AsJson = False
) -> None:
    """Add what a file says, with the columns name, network and handle: all of it or nothing."""
    lines = arguments.words_in(file).removeprefix("\ufeff").splitlines(keepends=True)
    count = handles.import_csv(lines, now=clock.now())
    printing.say(f"{count} are in the directory now.", {"added": count}, as_json=as_json)
