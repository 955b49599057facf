"""Folders that are ours: the home, private ones below it, and room on the disk."""

import os
import shutil
import stat
from pathlib import Path

from publisher.errors import Refused

LEAST_FREE_BYTES = 200_000_000
# Root's folders let others through, not in: PostgreSQL's own user must reach what is its own below
# them.
_PASSABLE = 0o711
_PRIVATE = 0o700


def make_home(home: Path) -> None:
    """Make the data directory and what is missing above it; refuse one that we cannot write."""
    try:
        if os.geteuid() == 0:
            passable(home)
        else:
            home.mkdir(_PRIVATE, parents=True, exist_ok=True)
        if not home.is_dir():
            raise NotADirectoryError(0, "it is not a directory")
        if not os.access(home, os.W_OK | os.X_OK):
            raise PermissionError(0, "it belongs to another user")
    except OSError as error:
        raise Refused(
            f"{home} cannot be written: {error.strerror};"
            " set PUBLISHER_HOME to a directory of your own."
        ) from error


def passable(folder: Path) -> None:
    """Make `folder` and what is missing above it, whatever the umask; leave what exists."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
        path.chmod(_PASSABLE)


def private(folder: Path, owner: int | None = None) -> None:
    """Make `folder` for one user only; refuse one that anybody else could have filled.

    `owner` is a uid, and None means the user who runs this. Who gets in here is PostgreSQL's
    superuser.
    """
    wanted = os.geteuid() if owner is None else owner
    try:
        folder.mkdir(_PRIVATE)
    except FileExistsError:
        pass
    else:
        os.chown(folder, wanted, -1)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != wanted or found.st_mode & 0o077:
        raise Refused(
            f"{folder} must be a directory that only the user with the id {wanted} can open,"
            " and it is not; remove it."
        )


def sync(folder: Path) -> None:
    """Have the names in `folder` written to the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def require_space(folder: Path, least_bytes: int = LEAST_FREE_BYTES) -> None:
    """Refuse where the disk of `folder` has less than `least_bytes` to give."""
    free = shutil.disk_usage(folder).free
    if free < least_bytes:
        raise Refused(
            f"The disk of {folder} has {free // 1_000_000} MB free and"
            f" {least_bytes // 1_000_000} MB are needed; make room or set PUBLISHER_HOME to a"
            " directory on another disk."
        )
