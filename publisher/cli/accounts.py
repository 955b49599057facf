"""`publisher accounts`: where posts go out."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from publisher import clock
from publisher.cli import arguments, engines, habits, printing
from publisher.cli.printing import AsJson, Record
from publisher.social import actions, posting, queries
from publisher.social.queries import AccountLine

app = typer.Typer(no_args_is_help=True, help="Where posts go out.")
adding = typer.Typer(no_args_is_help=True, help="Add an account on a network.")
app.add_typer(adding, name="add")
habits.register(app)
Name = Annotated[str, typer.Argument(metavar="NAME")]

_ASKED = "Unset: asked for, where somebody is there to answer."

_WORDS = "How its headlines are worded. Unset: as templates/post/any/headline.txt says."


@adding.command("x")
@engines.needed
def add_x(  # an option for each of X's four keys
    name: Name,
    *,
    consumer_key: Annotated[str, typer.Option("--consumer-key", help=_ASKED)] = "",
    consumer_secret: Annotated[str, typer.Option("--consumer-secret", help=_ASKED)] = "",
    access_token: Annotated[str, typer.Option("--access-token", help=_ASKED)] = "",
    access_token_secret: Annotated[str, typer.Option("--access-token-secret", help=_ASKED)] = "",
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE", help=_WORDS)
    ] = None,
    needs_approval: Annotated[bool, typer.Option("--needs-approval")] = False,
    as_json: AsJson = False,
) -> None:
    """Add an account on X; prints its name."""
    secrets = _keys(consumer_key, consumer_secret, access_token, access_token_secret)
    actions.add_account(
        name,
        "x",
        secrets,
        now=clock.now(),
        template=arguments.words_in(template) if template else "",
        needs_approval=needs_approval,
    )
    printing.made(_record(queries.account(name)), "name", as_json=as_json)


@app.command()
@engines.needed
def renew(  # an option for each of X's four keys
    name: Name,
    *,
    consumer_key: Annotated[str, typer.Option("--consumer-key", help=_ASKED)] = "",
    consumer_secret: Annotated[str, typer.Option("--consumer-secret", help=_ASKED)] = "",
    access_token: Annotated[str, typer.Option("--access-token", help=_ASKED)] = "",
    access_token_secret: Annotated[str, typer.Option("--access-token-secret", help=_ASKED)] = "",
    as_json: AsJson = False,
) -> None:
    """Give an account new keys, all four; a stopped one goes on with them."""
    secrets = _keys(consumer_key, consumer_secret, access_token, access_token_secret)
    actions.renew(name, secrets, now=clock.now())
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


def _keys(
    consumer_key: str, consumer_secret: str, access_token: str, access_token_secret: str
) -> dict[str, str]:
    """Return X's four keys, each as `_secret` has it."""
    return {
        "consumer_key": _secret("--consumer-key", consumer_key),
        "consumer_secret": _secret("--consumer-secret", consumer_secret),
        "access_token": _secret("--access-token", access_token),
        "access_token_secret": _secret("--access-token-secret", access_token_secret),
    }


def _secret(option: str, given: str) -> str:
    """Return a key that was given or, out of sight of ps and the shell's history, is typed now."""
    if given:
        return given
    if not sys.stdin.isatty():
        raise typer.BadParameter("it is missing", param_hint=f"'{option}'")
    words = option.strip("-").replace("-", " ").capitalize()
    return str(typer.prompt(words, hide_input=True))


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
