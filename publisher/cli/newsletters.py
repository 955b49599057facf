"""`publisher newsletters`: titles that people subscribe to."""

from typing import Annotated

import typer

from publisher import clock
from publisher.cli import engines, printing
from publisher.cli.printing import AsJson, Record
from publisher.newsletters import actions, queries
from publisher.newsletters.actions import Masthead
from publisher.newsletters.queries import Title

app = typer.Typer(no_args_is_help=True, help="Titles that people subscribe to.")


@app.command()
@engines.needed
def add(  # an option for each line of the masthead
    slug: Annotated[str, typer.Argument()],
    *,
    name: Annotated[str, typer.Option("--name")],
    description: Annotated[str, typer.Option("--description")] = "",
    sender_name: Annotated[str, typer.Option("--from-name", help="Unset: the name.")] = "",
    sender: Annotated[str, typer.Option("--from", metavar="ADDRESS")] = "",
    reply_to: Annotated[str, typer.Option("--reply-to", metavar="ADDRESS")] = "",
    template: Annotated[
        str, typer.Option("--template", help="A folder in templates/email.")
    ] = "digest",
    time_zone: Annotated[str, typer.Option("--time-zone", help="Unset: the newsroom's.")] = "",
    language: Annotated[str, typer.Option("--language")] = "en",
    nameless: Annotated[
        str, typer.Option("--nameless", help="What a reader without a name is called.")
    ] = "reader",
    postal_address: Annotated[str, typer.Option("--postal-address")] = "",
    needs_approval: Annotated[bool, typer.Option("--needs-approval")] = False,
    route: Annotated[str, typer.Option("--route", help="Whose relays take its mail.")] = "default",
    as_json: AsJson = False,
) -> None:
    """Found a newsletter; prints its slug."""
    masthead = Masthead(
        slug=slug,
        name=name,
        description=description,
        sender_name=sender_name,
        sender_address=sender,
        reply_to=reply_to,
        template=template,
        time_zone=time_zone,
        language=language,
        nameless=nameless,
        postal_address=postal_address,
        needs_approval=needs_approval,
        route=route,
    )
    actions.add(masthead, now=clock.now())
    printing.made(_record(queries.newsletter(slug)), "slug", as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List all newsletters."""
    columns = ("slug", "readers", "from", "time_zone", "template", "needs_approval", "name")
    printing.many(map(_record, queries.newsletters()), columns, as_json=as_json)


def _record(title: Title) -> Record:
    return {
        "id": title.id,
        "slug": title.slug,
        "name": title.name,
        "description": title.description,
        "from_name": title.sender_name,
        "from": title.sender_address,
        "reply_to": title.reply_to,
        "template": title.template,
        "time_zone": title.time_zone,
        "language": title.language,
        "needs_approval": title.needs_approval,
        "route": title.route,
        "readers": title.readers,
    }
