"""`publisher relays`: by which ways mail leaves."""

import asyncio
import sys
from typing import Annotated
from urllib.parse import quote, urlsplit

import typer

from publisher import clock, wiring
from publisher.channels import ChannelError
from publisher.cli import engines, printing
from publisher.cli.printing import AsJson, Record
from publisher.delivery import relays
from publisher.delivery.relays import Line, Terms
from publisher.errors import Refused

app = typer.Typer(no_args_is_help=True, help="By which ways mail leaves.")
Name = Annotated[str, typer.Argument(metavar="NAME")]
Route = Annotated[str, typer.Option("--route", help="Whose mail it takes.")]
Weight = Annotated[
    int, typer.Option("--weight", min=0, help="Its share; 0: only when no other can.")
]
PerSecond = Annotated[int | None, typer.Option("--per-second", help="Unset: no limit.")]
PerHour = Annotated[int | None, typer.Option("--per-hour", help="Unset: no limit.")]
PerDay = Annotated[int | None, typer.Option("--per-day", help="Unset: no limit.")]

_LIMIT = "NUMBER|none"
_ASKED = "Unset: asked for, where somebody is there to answer."
_COLUMNS = ("name", "route", "kind", "where", "weight", "state", "reason")


@app.command()
@engines.needed
def add(  # an option for each thing that a relay may need to know
    name: Name,
    *,
    url: Annotated[str, typer.Option("--url", help="smtp+starttls://user@host:587")] = "",
    service: Annotated[
        str, typer.Option("--service", help=f"One of {', '.join(wiring.SERVICES)}.")
    ] = "",
    key: Annotated[str, typer.Option("--key", help=_ASKED)] = "",
    secret: Annotated[str, typer.Option("--secret", help=_ASKED)] = "",
    signing_key: Annotated[
        str, typer.Option("--signing-key", help="What its webhooks are signed with.")
    ] = "",
    region: Annotated[str, typer.Option("--region", help="eu, or eu-west-1 at Amazon's.")] = "",
    domain: Annotated[str, typer.Option("--domain", help="Mailgun's sending domain.")] = "",
    stream: Annotated[str, typer.Option("--stream", help="Postmark's message stream.")] = "",
    configuration_set: Annotated[
        str, typer.Option("--configuration-set", help="Of Amazon's events.")
    ] = "",
    api_url: Annotated[str, typer.Option("--api-url", help="Unset: the service's own.")] = "",
    route: Route = relays.DEFAULT,
    weight: Weight = 1,
    per_second: PerSecond = None,
    per_hour: PerHour = None,
    per_day: PerDay = None,
    as_json: AsJson = False,
) -> None:
    """Add a mail server or a mail service; prints its name."""
    if bool(url) == bool(service):
        raise typer.BadParameter("give one of the two", param_hint="'--url' or '--service'")
    words = {
        "key": key,
        "secret": secret,
        "signing_key": signing_key,
        "region": region,
        "domain": domain,
        "stream": stream,
        "configuration_set": configuration_set,
        "api_url": api_url,
    }
    given = {word: text for word, text in words.items() if text}
    terms = Terms(route, weight, per_second, per_hour, per_day)
    if url and given:
        raise typer.BadParameter("it is of a mail service", param_hint=f"'{_option(min(given))}'")
    secrets = {"url": _with_password(url)} if url else _with_secrets(service, given)
    relays.add(name, service or "smtp", secrets, terms, now=clock.now())
    printing.made(_record(relays.line(name)), "name", as_json=as_json)


@app.command()
@engines.needed
def change(
    name: Name,
    *,
    route: Annotated[str | None, typer.Option("--route", help="Unset: as it was.")] = None,
    weight: Annotated[int | None, typer.Option("--weight", min=0)] = None,
    per_second: Annotated[str, typer.Option("--per-second", metavar=_LIMIT)] = "",
    per_hour: Annotated[str, typer.Option("--per-hour", metavar=_LIMIT)] = "",
    per_day: Annotated[str, typer.Option("--per-day", metavar=_LIMIT)] = "",
    as_json: AsJson = False,
) -> None:
    """Give a relay another share or other limits; what is not named stays as it is."""
    was = relays.line(name).terms
    terms = Terms(
        was.route if route is None else route,
        was.weight if weight is None else weight,
        _limit("--per-second", per_second, was.per_second),
        _limit("--per-hour", per_hour, was.per_hour),
        _limit("--per-day", per_day, was.per_day),
    )
    relays.change(name, terms)
    _say(name, "is changed", as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List all relays; without any, mail leaves by PUBLISHER_SMTP_URL."""
    printing.many(map(_record, relays.lines()), _COLUMNS, as_json=as_json)


@app.command()
@engines.needed
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show a relay, and the address that a mail service is to report to."""
    printing.one(_record(relays.line(name)), as_json=as_json)


@app.command("test")
@engines.needed
def log_in(name: Name, *, as_json: AsJson = False) -> None:
    """Log in to a relay, or find out whether a mail service takes the key; nothing is sent."""
    way = relays.named(name)
    try:
        offered = asyncio.run(wiring.carrier(way, "urgent").probe())
    except ChannelError as error:
        raise Refused(error.reason) from error
    record = dict(_record(relays.line(name))) | {"offers": sorted(offered)}
    stopped = f" It is stopped; use it with 'publisher relays start {name}'."
    sentence = f"'{name}' lets us in.{stopped if way.stopped_reason else ''}"
    printing.say(sentence, record, as_json=as_json)


@app.command()
@engines.needed
def stop(name: Name, *, as_json: AsJson = False) -> None:
    """Send nothing more by a relay; the others of its route take over."""
    relays.stop(name, "Somebody stopped it by 'publisher relays stop'.")
    _say(name, "is stopped", as_json=as_json)


@app.command()
@engines.needed
def start(name: Name, *, as_json: AsJson = False) -> None:
    """Use a stopped relay again."""
    relays.start(name)
    _say(name, "is in use", as_json=as_json)


@app.command()
@engines.needed
def remove(name: Name, *, as_json: AsJson = False) -> None:
    """Forget a relay and its credentials."""
    record = _record(relays.line(name))
    relays.remove(name)
    printing.say(f"'{name}' is removed.", record, as_json=as_json)


def _say(name: str, what: str, *, as_json: bool) -> None:
    printing.say(f"'{name}' {what}.", _record(relays.line(name)), as_json=as_json)


def _with_password(url: str) -> str:
    """Return the URL with the password that is typed now, where it has a user and none."""
    try:
        split = urlsplit(url)
    except ValueError:
        return url
    if not split.username or split.password or not sys.stdin.isatty():
        return url
    password = quote(typer.prompt("Password or token", hide_input=True), safe="")
    user, _, rest = split.netloc.rpartition("@")
    return split._replace(netloc=f"{user}:{password}@{rest}").geturl()


def _with_secrets(service: str, given: dict[str, str]) -> dict[str, str]:
    """Return what a service needs to know, asked for where it is secret and was not given."""
    needed = wiring.SERVICES[service].needs if service in wiring.SERVICES else {}
    for word in ("key", "secret"):
        if word in needed and word not in given:
            if not sys.stdin.isatty():
                raise typer.BadParameter("it is missing", param_hint=f"'{_option(word)}'")
            given[word] = typer.prompt(word.capitalize(), hide_input=True)
    return given


def _limit(option: str, given: str, was: int | None) -> int | None:
    """Return the limit that was given, the one that it had where none was, or None for "none"."""
    if given in ("", "none"):
        return None if given else was
    if not given.isdecimal():
        raise typer.BadParameter("say a number, or 'none'", param_hint=f"'{option}'")
    return int(given)


def _option(word: str) -> str:
    return f"--{word.replace('_', '-')}"


def _record(line: Line) -> Record:
    return {
        "id": line.id,
        "name": line.name,
        "route": line.terms.route,
        "kind": line.kind,
        "where": line.where,
        "weight": line.terms.weight,
        "per_second": line.terms.per_second,
        "per_hour": line.terms.per_hour,
        "per_day": line.terms.per_day,
        "state": "stopped" if line.stopped_reason else "ready",
        "reason": line.stopped_reason,
        "hook_url": line.hook_url,
    }
