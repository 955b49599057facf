"""`publisher accounts`: where posts go out."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from publisher import clock, wiring
from publisher.cli import arguments, engines, habits, keys, printing
from publisher.cli.printing import AsJson, Record
from publisher.social import actions, posting, queries
from publisher.social.queries import AccountLine

app = typer.Typer(no_args_is_help=True, help="Where posts go out.")
adding = typer.Typer(no_args_is_help=True, help="Add an account on a network.")
app.add_typer(adding, name="add")
habits.register(app)
Name = Annotated[str, typer.Argument(metavar="NAME")]

Template = Annotated[
    Path | None,
    typer.Option(
        "--template",
        metavar="FILE",
        help="How its headlines are worded. Unset: as templates/post/any/headline.txt says.",
    ),
]
NeedsApproval = Annotated[bool, typer.Option("--needs-approval")]


def _adder(network: str) -> Callable[..., None]:
    @engines.needed
    @keys.options(network)
    def add(
        name: Name,
        *,
        secrets: dict[str, str],
        template: Template = None,
        needs_approval: NeedsApproval = False,
        as_json: AsJson = False,
    ) -> None:
        actions.add_account(
            name,
            network,
            keys.completed(network, secrets),
            now=clock.now(),
            template=arguments.words_in(template) if template else "",
            needs_approval=needs_approval,
        )
        printing.made(_record(queries.account(name)), "name", as_json=as_json)

    return add


for each in wiring.NETWORKS:
    adding.command(each, help=f"Add an account on {each}; prints its name.")(_adder(each))


@app.command()
@engines.needed
@keys.options(*wiring.NETWORKS)
def renew(name: Name, *, secrets: dict[str, str], as_json: AsJson = False) -> None:
    """Give an account new credentials, all that it needs; a stopped one goes on with them."""
    network = queries.account(name).network
    actions.renew(name, keys.completed(network, secrets), now=clock.now())
    sentence = f"'{name}' has new keys; 'publisher accounts test {name}' tries them."
    printing.say(sentence, _record(queries.account(name)), as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List all accounts."""
    columns = ("name", "network", "state", "needs_approval", "due_at", "reason")
    printing.many(map(_record, queries.accounts()), columns, as_json=as_json)


@app.command("test")
@engines.needed
def log_in(name: Name, *, as_json: AsJson = False) -> None:
    """Log in to the network with an account's keys; a stopped account goes on after that."""
    called = posting.check(name, now=clock.now())
    record = dict(_record(queries.account(name))) | {"called": called}
    printing.say(f"'{name}' is @{called} on {record['network']}.", record, as_json=as_json)


def _record(account: AccountLine) -> Record:
    return {
        "id": account.id,
        "name": account.name,
        "network": account.network,
        "needs_approval": account.needs_approval,
        "state": "stopped" if account.stopped_reason else "ready",
        # The network asked for silence until then.
        "due_at": account.quiet_until,
        "reason": account.stopped_reason,
    }
