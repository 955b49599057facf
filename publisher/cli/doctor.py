"""`publisher doctor`: whether everything that Publisher leans on is there and well."""

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Annotated

import redis
import typer
from django.conf import settings
from django.db import Error, connection

from publisher import clock, env, pulse, wiring
from publisher.channels import ChannelError
from publisher.cli import domains, engines, printing, schema
from publisher.cli.printing import AsJson
from publisher.cli.sentences import REFUSED
from publisher.delivery import mailboxes, relays, returned
from publisher.delivery.domains import queries as identities
from publisher.delivery.routing import Way
from publisher.embedded.folders import LEAST_FREE_BYTES
from publisher.errors import Refused
from publisher.newsletters import queries as newsletters
from publisher.social import queries as social

# The database says what is due and the host what a signature is made at: the two must agree.
_CLOCKS_APART = timedelta(seconds=2)
# The dispatcher looks twice a second.
_FRESH_FOR = timedelta(seconds=10)
_SETTINGS = (
    *("PUBLISHER_HOME", "DATABASE_URL", "REDIS_URL", "PUBLISHER_BASE_URL", "PUBLISHER_SECRET_KEY"),
    *("PUBLISHER_SMTP_URL", "PUBLISHER_X_API_URL", "PUBLISHER_X_UPLOAD_URL"),
    *("PUBLISHER_X_AUTHORIZE_URL", "PUBLISHER_TIME_ZONE"),
)


def doctor(
    *,
    only: Annotated[
        str, typer.Option("--only", metavar="NAMES", help="Some of them: database,redis")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Look at all that Publisher leans on; the status is 1 if anything is wrong."""
    names = _chosen(only)
    with engines.running():
        found = [{"name": name, **_look(_LOOKS[name])} for name in names]
    printing.many(found, ("name", "state", "found"), as_json=as_json)
    if any(line["state"] != "ok" for line in found):
        raise typer.Exit(REFUSED)


def _chosen(only: str) -> list[str]:
    names = [name.strip() for name in only.split(",")] if only else list(_LOOKS)
    if unknown := [name for name in names if name not in _LOOKS]:
        known = ", ".join(_LOOKS)
        raise typer.BadParameter(f"{unknown[0]!r} is none of {known}", param_hint="'--only'")
    return names


def _look(look: Callable[[], str]) -> dict[str, object]:
    try:
        return {"state": "ok", "found": look()}
    except Refused as refusal:
        return {"state": "wrong", "found": str(refusal)}
    except ChannelError as error:
        return {"state": "wrong", "found": error.reason}
    except (Error, redis.RedisError, OSError) as error:
        said = str(error).strip() or type(error).__name__
        return {"state": "wrong", "found": said.splitlines()[0]}


def _settings() -> str:
    given = [name for name in _SETTINGS if env.text(name)]
    return f"set: {', '.join(given)}" if given else "none set, so everything is on this machine"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    if missing := schema.missing():
        raise Refused(f"{len(missing)} migrations are missing; run 'publisher migrate'.")
    return f"PostgreSQL {version}, all migrations applied"


def _clocks() -> str:
    before = time.time()
    there = clock.now()
    # The answer was written somewhere between the question and its arrival.
    here = datetime.fromtimestamp((before + time.time()) / 2, UTC)
    apart = abs(there - here)
    if apart > _CLOCKS_APART:
        raise Refused(
            f"This host's clock and the database's are {apart.total_seconds():.1f} s apart;"
            " have both set by NTP."
        )
    return f"{apart.total_seconds() * 1000:.0f} ms between this host and the database"


def _redis() -> str:
    client = pulse.client()
    client.ping()
    return f"Redis {client.info('server')['redis_version']}"


def _dispatcher() -> str:
    age = pulse.age(now=clock.now())
    if age is None or age > _FRESH_FOR:
        when = "for an hour" if age is None else f"for {age.total_seconds():.0f} s"
        raise Refused(
            f"It has not looked for what is due {when}; is 'publisher up', or a beat with a worker"
            " on the queue 'dispatch', running?"
        )
    return f"looked {age.total_seconds():.1f} s ago"


def _smtp() -> str:
    """Log in to every relay; a stopped one is wrong, as mail may be waiting for it."""
    return "; ".join(_relay(way) for way in relays.used())


def _relay(way: Way) -> str:
    if way.stopped_reason:
        raise Refused(f"The relay '{way.name}' is stopped: {way.stopped_reason}")
    offered = asyncio.run(wiring.carrier(way, "urgent").probe())
    if way.name == relays.FROM_SETTINGS:
        who = "the relay" if settings.PUBLISHER_SMTP_URL else "the built-in mailbox"
    else:
        who = f"'{way.name}'"
    if way.kind != "smtp":
        return f"{who} takes the key"
    return f"{who} answers and offers {', '.join(sorted(offered)) or 'no extensions'}"


def _domains() -> str:
    found = {line.name: domains.findings(line) for line in identities.lines()}
    troubles = [(name, each) for name in found for each in found[name] if each.state != "ok"]
    sentences = [f"{name}: {each.found}" for name, each in troubles] + _unsigned()
    if any(each.state == "wrong" for _, each in troubles):
        raise Refused(" ".join(sentences))
    asked = f"the DNS is right about {', '.join(found)}." if found else "no sending domain."
    return " ".join([asked, *sentences])


def _unsigned() -> list[str]:
    """Return a sentence for each newsletter whose mail nobody signs."""
    return [
        f"Newsletter '{title.slug}' is not signed: 'publisher domains add"
        f" {title.sender_address.rpartition('@')[2]}' makes its keys."
        for title in newsletters.newsletters()
        if identities.identity(title.sender_address) is None
    ]


def _mailboxes() -> str:
    lines = mailboxes.mailboxes()
    if ill := [line for line in lines if line.problem]:
        raise Refused(f"{ill[0].name!r} cannot be read: {ill[0].problem}")
    found = f"{len(lines)} read every minute" if lines else "none, so no returned mail is fetched"
    aside = returned.set_aside()
    told = f"; {aside} mails that nobody understood in {settings.PLACES.returned}" if aside else ""
    return f"{found}{told}"


def _accounts() -> str:
    now = clock.now()
    lines = social.accounts()
    for line in lines:
        if sentence := social.trouble(line, now=now):
            raise Refused(f"'{line.name}' on {line.network}: {sentence}")
    return f"{len(lines)} can post" if lines else "none, so nothing is posted"


def _disk() -> str:
    home = settings.PUBLISHER_HOME
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        raise Refused(f"{free // 1_000_000} MB are free for {home}; make room.")
    return f"{free // 1_000_000} MB free for {home}"


_LOOKS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "settings": _settings,
        "database": _database,
        "clocks": _clocks,
        "redis": _redis,
        "dispatcher": _dispatcher,
        "smtp": _smtp,
        "domains": _domains,
        "mailboxes": _mailboxes,
        "accounts": _accounts,
        "disk": _disk,
    }
)
