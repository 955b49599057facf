"""`publisher bounces`: mail that comes back, from a mail server or a file."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from publisher import clock
from publisher.channels import lmtp
from publisher.channels.lmtp import Door, Place
from publisher.cli import engines, printing, sentences
from publisher.cli.printing import AsJson
from publisher.delivery import returned, verp
from publisher.errors import Refused

P = ParamSpec("P")
app = typer.Typer(no_args_is_help=True, help="Mail that comes back.")


def _deferring(command: Callable[P, None]) -> Callable[P, None]:
    """Tell a mail server that pipes a mail in to come again, where the database is away.

    Every other status than EX_TEMPFAIL (sysexits.h) would make it give the mail up.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            said = (str(error).strip() or type(error).__name__).splitlines()[0]
            sentences.fail(f"The database cannot be used: {said}.", os.EX_TEMPFAIL)

    return run


@app.command()
@_deferring
@engines.needed
def take(
    file: Annotated[str, typer.Argument(metavar="FILE|-")],
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="ADDRESS", help="To whom it came, of the envelope.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take one returned mail; the statuses are those that a mail server understands."""
    if to and verp.delivery_of(to) is None:
        sentences.fail(f"{to} is no address that our mail comes back to.", os.EX_NOUSER)
    taken = returned.take(_octets(file), [to] if to else [], now=clock.now())
    reports = "1 report" if taken == 1 else f"{taken} reports"
    printing.say(f"{reports} taken.", {"reports": taken}, as_json=as_json)


@app.command()
@engines.needed
def listen(
    *,
    by_lmtp: Annotated[
        str, typer.Option("--lmtp", metavar="HOST:PORT", help="For a mail server beside us.")
    ] = "",
    by_smtp: Annotated[
        str, typer.Option("--smtp", metavar="HOST:PORT", help="For the world, or a mail server.")
    ] = "",
) -> None:
    """Take returned mail until Ctrl-C; unset, where PUBLISHER_BOUNCES_LISTEN says."""
    place = _place(by_lmtp, by_smtp)
    try:
        asyncio.run(_listen(place))
    except OSError as error:
        raise Refused(
            f"Nothing can listen at {place.host}:{place.port}: {error.strerror}; choose another."
        ) from error


def door() -> Door:
    """Return what lets in the mail that comes back to a delivery of ours, and nothing else."""
    return Door(
        is_wanted=lambda address: verp.delivery_of(address) is not None,
        take=_take,
        leave=connections.close_all,
    )


def _take(raw: bytes, recipient: str) -> None:
    # A connection that a restart of the database has broken is replaced.
    close_old_connections()
    returned.take(raw, [recipient], now=clock.now())


def _place(by_lmtp: str, by_smtp: str) -> Place:
    given = [
        *([f"lmtp://{by_lmtp}"] if by_lmtp else []),
        *([f"smtp://{by_smtp}"] if by_smtp else []),
    ]
    if len(given) > 1:
        raise typer.BadParameter("choose one of them", param_hint="'--lmtp' / '--smtp'")
    url = given[0] if given else settings.PUBLISHER_BOUNCES_LISTEN
    if not url:
        raise Refused("Nobody said where to listen; say it with --lmtp 127.0.0.1:8024.")
    return lmtp.parse(url)


async def _listen(place: Place) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    def say(port: int) -> None:
        typer.echo(f"Returned mail is taken by {place.protocol.upper()} on {place.host}:{port}.")

    await lmtp.serve(place, door(), stopping, say)


def _octets(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(returned.MOST_OCTETS)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(returned.MOST_OCTETS)
    except OSError as error:
        sentences.fail(f"{file} cannot be read: {error.strerror}.", os.EX_NOINPUT)
        raise
