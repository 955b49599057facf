"""`publisher mailboxes`: where returned mail is fetched."""

import sys
from typing import Annotated
from urllib.parse import quote, urlsplit

import typer

from publisher import clock
from publisher.channels import ChannelError
from publisher.cli import engines, printing
from publisher.cli.printing import AsJson, Record
from publisher.delivery import mailboxes
from publisher.delivery.mailboxes import MailboxLine
from publisher.errors import Refused

app = typer.Typer(no_args_is_help=True, help="Where returned mail is fetched.")
Name = Annotated[str, typer.Argument(metavar="NAME")]
_URL_HELP = (
    "imaps://user:password@host/FOLDER?done=FOLDER, imap+starttls://… or pop3s://…; a password"
    " that is left out is asked for. POP3 deletes everything that it has read."
)


@app.command()
@engines.needed
def add(
    name: Name,
    *,
    url: Annotated[str, typer.Option("--url", help=_URL_HELP)],
    as_json: AsJson = False,
) -> None:
    """Read a mailbox every minute from now on; prints its name."""
    mailboxes.add(name, _with_password(url), now=clock.now())
    printing.made(_record(_line(name)), "name", as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List all mailboxes."""
    columns = ("name", "where", "state", "due_at", "problem")
    printing.many(map(_record, mailboxes.mailboxes()), columns, as_json=as_json)


@app.command("test")
@engines.needed
def log_in(name: Name, *, as_json: AsJson = False) -> None:
    """Log in to a mailbox; one that could not be read is read again after that."""
    try:
        mailboxes.check(name, now=clock.now())
    except ChannelError as error:
        raise Refused(error.reason) from error
    printing.say(f"'{name}' can be read.", _record(_line(name)), as_json=as_json)


@app.command()
@engines.needed
def remove(name: Name, *, as_json: AsJson = False) -> None:
    """Forget a mailbox; the mail in it stays."""
    mailboxes.remove(name)
    printing.say(f"'{name}' is read no more.", {"name": name, "state": "removed"}, as_json=as_json)


def _with_password(url: str) -> str:
    """Return the URL with a password, typed now and out of sight where somebody is there."""
    try:
        split = urlsplit(url)
    except ValueError:
        return url
    if not split.username or split.password or not sys.stdin.isatty():
        return url
    password = quote(str(typer.prompt("Password", hide_input=True)), safe="")
    login, _, host = split.netloc.rpartition("@")
    return split._replace(netloc=f"{login.rstrip(':')}:{password}@{host}").geturl()


def _line(name: str) -> MailboxLine:
    return next(line for line in mailboxes.mailboxes() if line.name == name)


def _record(line: MailboxLine) -> Record:
    return {
        "id": line.id,
        "name": line.name,
        "where": line.where,
        "state": "failing" if line.problem else "read",
        "due_at": line.due_at,
        "problem": line.problem,
    }
