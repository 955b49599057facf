"""The demo's credentials: made up once and kept in the home, so that every demo has the same."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

EDITOR = "editor@courier.example"
ACCOUNT = "courier"
# X's access tokens begin with the account's id.
_ACCOUNT_ID = "20261123"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The editor's password and the keys of the account on X; `is_new` if nobody has them yet."""

    password: str
    x: dict[str, str]
    is_new: bool


def kept(file: Path) -> Credentials:
    """Return what is kept in `file`, made up now where there is none."""
    is_new = not file.exists()
    if is_new:
        _keep(file, {"password": secrets.token_urlsafe(12), "x": _keys()})
    return Credentials(**json.loads(file.read_text()), is_new=is_new)


def _keys() -> dict[str, str]:
    return {
        "consumer_key": secrets.token_urlsafe(18),
        "consumer_secret": secrets.token_urlsafe(36),
        "access_token": f"{_ACCOUNT_ID}-{secrets.token_urlsafe(30)}",
        "access_token_secret": secrets.token_urlsafe(33),
    }


def _keep(file: Path, content: object) -> None:
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out)
    unfinished.rename(file)
