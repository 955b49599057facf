"""Where the one-machine stack keeps everything: arithmetic on paths, and nothing is made."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# PostgreSQL refuses to run as root; started by root, it runs as this user.
ACCOUNT = "pgserver"
# What belongs to that user, where it cannot live in the home because that user cannot get there.
SYSTEM = Path("/var/lib/publisher")
DATABASE = "publisher"
SUPERUSER = "postgres"
PORT = 5432
# macOS takes 103 bytes and Linux 107; one limit for both keeps the places of a home the same.
_SOCKET_PATH_BYTES = 103


@dataclass(frozen=True)
class Places:
    """Every path and address that follows from the data directory `home`, for the user who asks."""

    home: Path

    def __post_init__(self) -> None:
        # However a home is spelled, every process must arrive at the same sockets.
        object.__setattr__(self, "home", self.home.resolve())

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data directory; once it is made, `home/postgres` is it or points at it."""
        near = self.home / "postgres"
        if near.exists() or near.is_symlink():
            return near.resolve()
        if os.geteuid() == 0 and not open_to_others(self.home):
            return self.aside / "postgres"
        return near

    @property
    def run(self) -> Path:
        """The folder of the sockets.

        It never depends on the mode of a folder, so that an address does not change when somebody
        says chmod.
        """
        if os.geteuid() == 0:
            return self.aside / "run"
        near = self.home / "run"
        longest = os.fsencode(_postgres_socket(near / "postgres"))
        if len(longest) <= _SOCKET_PATH_BYTES:
            return near
        # Not tempfile.gettempdir(): TMPDIR differs from shell to shell, and asking for it writes a
        # file. The folder is refused unless it is ours and private.
        return Path("/tmp") / f"publisher-{os.geteuid()}-{self._digest}"  # noqa: S108

    @property
    def aside(self) -> Path:
        """Root only: the folder outside the home that PostgreSQL's own user can reach."""
        return SYSTEM / self._digest

    @property
    def postgres_sockets(self) -> Path:
        """The private folder in which PostgreSQL listens."""
        return self.run / "postgres"

    @property
    def postgres_socket(self) -> Path:
        """The socket on which PostgreSQL listens."""
        return _postgres_socket(self.postgres_sockets)

    @property
    def redis(self) -> Path:
        """The folder of Redis's data: one below it for each kind and major version."""
        return self.home / "redis"

    @property
    def redis_socket(self) -> Path:
        """The socket on which Redis listens."""
        return self.run / "redis.sock"

    @property
    def nursery_socket(self) -> Path:
        """The socket on which the nursery listens."""
        return self.run / "nursery.sock"

    @property
    def logs(self) -> Path:
        """What the engines say while no terminal shows it."""
        return self.home / "log"

    @property
    def lock(self) -> Path:
        """Held by whoever runs the engines; its pid is inside."""
        return self.home / "lock"

    @property
    def guests(self) -> Path:
        """Held, shared, by every command that uses engines which another command started."""
        return self.home / "guests"

    @property
    def pids(self) -> Path:
        """One file for each running program, for the next start to end what is left over."""
        return self.home / "pids"

    @property
    def base_url(self) -> Path:
        """Where the web server was last told to be found, for commands in another terminal."""
        return self.home / "base_url"

    @property
    def secret_key(self) -> Path:
        """The file of the key that signs and encrypts."""
        return self.home / "secret_key"

    @property
    def mailbox(self) -> Path:
        """What the built-in mailbox received."""
        return self.home / "mailbox"

    @property
    def timeline(self) -> Path:
        """What the built-in X stand-in received."""
        return self.home / "timeline"

    @property
    def journal(self) -> Path:
        """Outcomes of deliveries, written down as they arrive."""
        return self.home / "journal"

    @property
    def returned(self) -> Path:
        """Mails that came back and that nobody understood."""
        return self.home / "returned"

    @property
    def database_url(self) -> str:
        """PostgreSQL's address as libpq, psycopg and conninfo_to_dict read it."""
        folder = quote(str(self.postgres_sockets), safe="")
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={folder}&port={PORT}"

    @property
    def redis_url(self) -> str:
        """Redis's address as redis-py reads it; kombu wants `redis+socket` for `unix`."""
        return f"unix://{quote(str(self.redis_socket))}"

    @property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]


def _postgres_socket(folder: Path) -> Path:
    return folder / f".s.PGSQL.{PORT}"


def open_to_others(folder: Path) -> bool:
    """Tell whether any user can pass `folder`; what does not exist yet will be made so."""
    existing = (path for path in (folder, *folder.parents) if path.exists())
    return all(path.stat().st_mode & stat.S_IXOTH for path in existing)
