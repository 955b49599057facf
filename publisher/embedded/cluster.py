"""PostgreSQL's data directory: made whole or not at all, and never taken for another's."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from publisher.embedded import accounts, binaries, folders
from publisher.embedded.accounts import Account
from publisher.embedded.binaries import LOCALE, POSTGRES_MAJOR
from publisher.embedded.places import DATABASE, SUPERUSER, Places, open_to_others
from publisher.errors import Refused

_INITDB = (
    f"--username={SUPERUSER}",
    # Who may open the socket's folder is who may come in, and there is no other way in.
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    # With the locale C, full-text search takes quotation marks and dashes for letters of the words
    # they touch.
    f"--locale={LOCALE}",
    "--no-instructions",
)


def require(
    places: Places, programs: Path, account: Account | None, log: Callable[[str], None]
) -> Path:
    """Return the data directory, made at the first start; refuse one not for this server."""
    data = places.postgres
    link = places.home / "postgres"
    if (data / "PG_VERSION").exists() and link.exists():
        _require_ours(data, account)
        return data
    if link.is_symlink():
        raise Refused(
            f"{link} points at {data}, where no data of PostgreSQL is; put it back,"
            " or remove the link to begin with an empty database."
        )
    _make(data, programs, account, log)
    if data != link:
        link.symlink_to(data)
    if account:
        log(
            f"Running as root: PostgreSQL runs as the user {account.name!r} with the programs in"
            f" {programs} and keeps its data in {data}."
        )
    return data


def _require_ours(data: Path, account: Account | None) -> None:
    major = (data / "PG_VERSION").read_text().strip()
    if major != POSTGRES_MAJOR:
        raise Refused(
            f"{data} holds data of PostgreSQL {major}, and the one installed is {POSTGRES_MAJOR};"
            " convert it with pg_upgrade, or run the older one and set DATABASE_URL to it."
        )
    owner = data.stat().st_uid
    if owner != (account.uid if account else os.geteuid()):
        raise Refused(
            f"{data} belongs to the user with the id {owner}; run Publisher as that user."
        )
    if account and not open_to_others(data.parent):
        raise Refused(
            f"The user {account.name!r} cannot reach its {data} any more;"
            " let others pass the folders above it again (chmod o+x)."
        )


def _make(data: Path, programs: Path, account: Account | None, log: Callable[[str], None]) -> None:
    if account:
        folders.passable(data.parent)
    folders.require_space(data.parent)
    _keep_earlier(data, log)
    # Nothing that a full disk or a lost plug leaves half made ever stands under the real name.
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    folders.private(unfinished, account.uid if account else None)
    try:
        _run([programs / "initdb", f"--pgdata={unfinished}", *_INITDB], account)
        single = (programs / "postgres", "--single", "-D", unfinished, "-c", "exit_on_error=on")
        _run([*single, "template1"], account, f"CREATE DATABASE {DATABASE}")
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    unfinished.rename(data)
    # Were the new name lost with the power, the next start would take all that is stored under it
    # for half made.
    folders.sync(data.parent)


def _keep_earlier(data: Path, log: Callable[[str], None]) -> None:
    """Move data out of the way that was kept for a home which somebody has removed since."""
    if not data.exists():
        return
    number = sum(1 for _ in data.parent.glob("postgres.earlier-*")) + 1
    earlier = data.rename(data.with_name(f"postgres.earlier-{number}"))
    log(f"Data of an earlier PostgreSQL is kept in {earlier}; remove it when nobody misses it.")


def _run(command: Sequence[str | Path], account: Account | None, words: str = "") -> None:
    done = accounts.run(command, account, words=words, env=binaries.ENVIRONMENT)
    if done.returncode:
        raise Refused(f"PostgreSQL's data could not be made: {_reason(done.stderr)}")


def _reason(said: str) -> str:
    complaints = [line for line in said.splitlines() if "error" in line.lower() or "FATAL" in line]
    return (complaints or said.splitlines() or ["it did not say why"])[0].strip()
