"""`publisher staff`: who works here."""

import secrets
import sys
from typing import Annotated

import typer

from publisher import clock
from publisher.audience.addresses import normalise
from publisher.cli import engines, printing
from publisher.cli.printing import AsJson, Record
from publisher.staff import actions, queries
from publisher.staff.models import Member
from publisher.staff.queries import Colleague

app = typer.Typer(no_args_is_help=True, help="Who works here.")
Email = Annotated[str, typer.Argument(metavar="EMAIL")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@app.command()
@engines.needed
def add(
    email: Email,
    *,
    role: Annotated[Member.Role, typer.Option("--role")],
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Take somebody on; prints the password once where nobody gave one."""
    password, is_made_up = _password(from_stdin=password_stdin)
    member = actions.add(email, role, password=password, now=clock.now())
    colleague = next(each for each in queries.members() if each.id == member.pk)
    _tell(colleague, password if is_made_up else "", as_json=as_json)


@app.command()
@engines.needed
def password(email: Email, *, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Give somebody another password; printed once where nobody gave one."""
    new, is_made_up = _password(from_stdin=password_stdin)
    actions.set_password(email, new)
    colleague = next(each for each in queries.members() if each.email == normalise(email))
    _tell(colleague, new if is_made_up else "", as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List everybody who works here."""
    columns = ("email", "role", "joined_at", "seen_at")
    printing.many(map(_record, queries.members()), columns, as_json=as_json)


def _password(*, from_stdin: bool) -> tuple[str, bool]:
    """Return a password, and whether nobody knows it yet."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        typed = typer.prompt("Password", hide_input=True, confirmation_prompt="Once more")
        return str(typed), False
    return secrets.token_urlsafe(15), True


def _tell(colleague: Colleague, made_up: str, *, as_json: bool) -> None:
    shown = {"password": made_up} if made_up else {}
    sentence = "\n".join([colleague.email, *(f"password: {word}" for word in shown.values())])
    printing.say(sentence, {**_record(colleague), **shown}, as_json=as_json)


def _record(colleague: Colleague) -> Record:
    return {
        "id": colleague.id,
        "email": colleague.email,
        "role": colleague.role,
        "joined_at": colleague.joined_at,
        "seen_at": colleague.seen_at,
    }
