"""A real PDS: @atproto/pds under Node, with accounts on it as people make them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests import ports

INSTALLED = Path(sys.prefix) / "pds" / "node_modules"
_SCRIPT = Path(__file__).parent.parent / "pds" / "serve.cjs"
_NODE = shutil.which("node") or ""
_OLDEST_NODE = 20
_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the PDS, with an app password."""

    did: str
    handle: str
    app_password: str


class Server:
    """A PDS that listens at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)

    def account(self) -> Account:
        """Make an account, and an app password in its settings."""
        name = f"courier{next(self._numbers)}"
        handle = f"{name}.test"
        person = {"email": f"{name}@news.example", "handle": handle, "password": "long enough"}
        made = self.call("com.atproto.server.createAccount", person)
        password = self.call(
            "com.atproto.server.createAppPassword", {"name": "publisher"}, made["accessJwt"]
        )
        return Account(made["did"], handle, password["password"])

    def records(self, account: Account) -> list[dict[str, Any]]:
        """Return the posts of an account, as everybody may read them, the newest first."""
        query = {"repo": account.did, "collection": "app.bsky.feed.post"}
        answer = httpx.get(
            f"{self.url}/xrpc/com.atproto.repo.listRecords", params=query, timeout=_TIMEOUT_SECONDS
        )
        records: list[dict[str, Any]] = answer.raise_for_status().json()["records"]
        return records

    def call(self, method: str, asked: dict[str, Any], token: str = "") -> dict[str, Any]:
        """Return what the PDS answers to a procedure."""
        answer = httpx.post(
            f"{self.url}/xrpc/{method}",
            json=asked,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=_TIMEOUT_SECONDS,
        )
        answered: dict[str, Any] = answer.raise_for_status().json()
        return answered


def missing() -> str:
    """Return why no PDS can run here, "" where one can."""
    if not _NODE:
        return f"There is no Node here: install version {_OLDEST_NODE}, then .ci/run."
    version = subprocess.run([_NODE, "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.strip().lstrip("v").split(".")[0]) < _OLDEST_NODE:
        return f"Node is older than {_OLDEST_NODE}; install a newer one."
    if not (INSTALLED.parent / "installed").exists():
        return "The PDS is not installed; run 'make .venv/pds/installed'."
    return ""


@contextmanager
def serving(folder: Path, app_view: str) -> Iterator[Server]:
    """Run a PDS that keeps everything in `folder`, for as long as it is needed."""
    (port,) = ports.free(1)
    process = subprocess.Popen(
        [_NODE, _SCRIPT, folder, str(port), app_view],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"NODE_PATH": str(INSTALLED)},
    )
    # Its end closes what the PDS reads, and waits for it to end.
    with process:
        assert process.stdout
        assert process.stderr
        if process.stdout.readline() != b"listening\n":
            raise AssertionError(process.stderr.read().decode())
        yield Server(f"http://127.0.0.1:{port}")
