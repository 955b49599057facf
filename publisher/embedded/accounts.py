"""The unprivileged user that PostgreSQL runs as where we are root."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.embedded.places import ACCOUNT
from publisher.errors import Refused


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int


def unprivileged() -> Account | None:
    """Return the user for PostgreSQL, made if it is absent; None where we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make()
        found = pwd.getpwnam(ACCOUNT)
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def run(
    command: Sequence[str | Path],
    account: Account | None,
    *,
    words: str = "",
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as `account` (None: as who we are), with `words` to read."""
    return subprocess.run(  # noqa: S603
        command,
        input=words,
        env=env,
        user=account.uid if account else None,
        group=account.gid if account else None,
        # A user and a group alone would leave it root's further groups.
        extra_groups=() if account else None,
        # That user may not be allowed to stand where we stand.
        cwd="/",
        check=False,
        capture_output=True,
        text=True,
    )


def _make() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        made = run(command, None)
    except OSError as error:
        raise Refused(_sentence(f"useradd: {error.strerror}")) from error
    # Another home, started at the same moment, may have made it first: then it is there all the
    # same.
    if made.returncode and not _exists():
        raise Refused(_sentence(made.stderr.strip()))


def _exists() -> bool:
    return any(found.pw_name == ACCOUNT for found in pwd.getpwall())


def _sentence(why: str) -> str:
    return (
        f"PostgreSQL does not run as root, and its user {ACCOUNT!r} could not be made ({why});"
        " make that user, or run Publisher as an ordinary one."
    )
