"""`publisher domains`: in whose name mail leaves, and what the DNS has to say about it."""

import re
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

import typer
from django.conf import settings

from publisher import clock, wiring
from publisher.cli import arguments, engines, printing
from publisher.cli.printing import AsJson, Record
from publisher.cli.sentences import REFUSED
from publisher.delivery.domains import actions, checking, queries, records, senders
from publisher.delivery.domains.actions import WarmUp
from publisher.delivery.domains.checking import Finding
from publisher.delivery.domains.queries import Line
from publisher.errors import Refused
from publisher.newsletters import queries as newsletters
from publisher.newsletters.queries import Title

app = typer.Typer(no_args_is_help=True, help="In whose name mail leaves.")
Name = Annotated[str, typer.Argument(metavar="NAME")]

_MOST_ON_A_FIRST_DAY = 1_000_000


@app.command()
@engines.needed
def add(
    name: Name,
    *,
    bounces_to: Annotated[
        str, typer.Option("--bounces-to", metavar="ADDRESS", help="Unset: to the sender's own.")
    ] = "",
    warm_up: Annotated[
        int,
        typer.Option(
            "--warm-up",
            metavar="MESSAGES",
            min=0,
            max=_MOST_ON_A_FIRST_DAY,
            help="A name that receivers do not know: at most so many today, and more every day.",
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Make keys for a domain and print what has to be published in the DNS."""
    now = clock.now()
    today = now.astimezone(arguments.newsroom_zone()).date()
    plan = WarmUp(today, warm_up) if warm_up else None
    line = queries.line(actions.add(name, now=now, bounces_to=bounces_to, warm_up=plan))
    sentence = (
        f"Mail from {line.name} is signed from now on. Publish these records, then run"
        f" 'publisher domains check {line.name}'."
    )
    printing.say(f"{sentence}\n{_zone(_wanted(line))}", _in_full(line), as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List all sending domains."""
    columns = ("name", "state", "selectors", "bounces_to", "warm_up_from", "created_at")
    printing.many(map(_in_short, queries.lines()), columns, as_json=as_json)


@app.command()
@engines.needed
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show a domain and the records that it needs."""
    line = queries.line(name)
    if as_json:
        printing.one(_in_full(line), as_json=True)
        return
    printing.one(_in_short(line), as_json=False)
    typer.echo(_zone(_wanted(line)))


@app.command()
@engines.needed
def check(name: Name, *, as_json: AsJson = False) -> None:
    """Ask the DNS what it says of a domain; the status is 1 if anything is wrong."""
    found = findings(queries.line(name))
    rows = [{"about": each.about, "state": each.state, "found": each.found} for each in found]
    printing.many(rows, ("about", "state", "found"), as_json=as_json)
    if any(each.state == "wrong" for each in found):
        raise typer.Exit(REFUSED)


@app.command()
@engines.needed
def rotate(name: Name, *, as_json: AsJson = False) -> None:
    """Make new keys for a domain; once the DNS has them, again to sign with them."""
    line = queries.line(name)
    if line.waiting:
        _require_published(line)
        actions.switch(line.name)
        sentence = "New mail is signed with the new keys; take the old ones out in a week."
    else:
        actions.rotate(line.name, now=clock.now())
        sentence = f"Publish the new keys, then run 'publisher domains rotate {line.name}' again."
    line = queries.line(line.name)
    told = [sentence, *([_zone(_new(line))] if line.waiting else [])]
    printing.say("\n".join(told), _in_full(line), as_json=as_json)


@app.command()
@engines.needed
def remove(name: Name, *, as_json: AsJson = False) -> None:
    """Forget a domain and its keys; refused while a newsletter or a mail needs it."""
    line = queries.line(name)
    if slugs := [title.slug for title in _signed_for(line)]:
        raise Refused(
            f"{line.name} signs for {' and '.join(map(repr, slugs))}; add a sending domain of"
            " their own first."
        )
    actions.remove(line.name)
    sentence = f"{line.name} is removed; take its records out of the DNS in a week."
    printing.say(sentence, _in_short(line), as_json=as_json)


def findings(line: Line) -> list[Finding]:
    """Return what the DNS says of a domain and of the newsletters that it signs for."""
    names = wiring.names()
    domains = [title.sender_address.rpartition("@")[2] for title in _signed_for(line)]
    return checking.check(
        line, names, senders=senders.found(names), from_domains=list(dict.fromkeys(domains))
    )


def _signed_for(line: Line) -> list[Title]:
    """Return the newsletters that a domain signs for."""
    return [
        title
        for title in newsletters.newsletters()
        if (by := queries.identity(title.sender_address)) and by.name == line.name
    ]


def _require_published(line: Line) -> None:
    if missing := checking.unpublished(line, wiring.names()):
        names = " and ".join(records.dkim(line, key).name for key in missing)
        raise Refused(
            f"The DNS does not have {names} yet, so the old keys go on signing;"
            f" 'publisher domains show {line.name}' prints what to publish."
        )


def _wanted(line: Line) -> list[records.Record]:
    host = urlsplit(settings.PUBLISHER_BASE_URL).hostname or ""
    # An address or a bare word is nothing that an MX can name.
    is_name = re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z-]{2,}", host)
    mail_host = host if is_name else f"mail.{line.name}"
    return records.wanted(line, senders.mechanisms(), mail_host)


def _new(line: Line) -> list[records.Record]:
    return [records.dkim(line, key) for key in line.waiting]


def _zone(wanted: Sequence[records.Record]) -> str:
    return "\n".join(f"; {each.why}\n{each.zone_line}" for each in wanted)


def _in_short(line: Line) -> Record:
    return {
        "id": line.id,
        "name": line.name,
        "state": "rotating" if line.waiting else "signing",
        "selectors": [key.selector for key in line.signing],
        "waiting": [key.selector for key in line.waiting],
        "bounces_to": line.bounces_to,
        "warm_up_from": line.warm_up_from and line.warm_up_from.isoformat(),
        "warm_up_first_day": line.warm_up_first_day,
        "created_at": line.created_at,
    }


def _in_full(line: Line) -> dict[str, object]:
    return {
        **_in_short(line),
        "records": [
            {"name": each.name, "type": each.type, "value": each.value, "why": each.why}
            for each in _wanted(line)
        ],
    }
