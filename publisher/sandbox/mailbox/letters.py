"""The folder that mail is kept in: `00000001.eml` as it came, `00000001.json` for its envelope."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from publisher.sandbox.mailbox import reading

# Enough of a mail for its headers.
_HEAD_OCTETS = 65_536


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the list: its number in the folder, its envelope and what its head says."""

    number: int
    mail_from: str
    rcpt_tos: tuple[str, ...]
    received_at: datetime
    subject: str
    message_id: str

    @property
    def to(self) -> str:
        """Return the envelope's recipients."""
        return ", ".join(self.rcpt_tos)


class Letters:
    """Keeps and finds mail; what is stored never changes, so each head is read once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._known: dict[int, Letter] = {}
        self._lock = Lock()
        self._next = max(self._numbers("*.json"), default=0) + 1

    def keep(
        self, raw: bytes, *, mail_from: str, rcpt_tos: Sequence[str], received_at: datetime
    ) -> int:
        """Store a mail and return its number; readers see all of it or nothing."""
        envelope = {
            "mail_from": mail_from,
            "rcpt_tos": list(rcpt_tos),
            "received_at": received_at.isoformat(),
        }
        number = self._claim(json.dumps(envelope))
        half = self._path(number, "part")
        half.write_bytes(raw)
        half.rename(self._path(number, "eml"))
        return number

    def newest(self, to: str = "") -> list[Letter]:
        """Return all mail, the newest first; `to` is a part of a recipient's address."""
        numbers = self._numbers("*.eml")
        with self._lock:
            # A folder that somebody has emptied is empty.
            self._known = {
                number: self._known.get(number) or self._letter(number) for number in numbers
            }
            letters = sorted(self._known.values(), key=lambda letter: -letter.number)
        wanted = to.strip().lower()
        return [letter for letter in letters if wanted in letter.to.lower()]

    def find(self, number: int) -> Letter | None:
        """Return a mail's entry, or None where there is none."""
        return self._letter(number) if self._path(number, "eml").exists() else None

    def raw(self, number: int) -> bytes:
        """Return a mail as it came."""
        return self._path(number, "eml").read_bytes()

    def _claim(self, envelope: str) -> int:
        """Return a number that is nobody else's, another process's included."""
        while True:
            number, self._next = self._next, self._next + 1
            try:
                with self._path(number, "json").open("x") as sidecar:
                    sidecar.write(envelope)
            except FileExistsError:
                continue
            return number

    def _letter(self, number: int) -> Letter:
        envelope = json.loads(self._path(number, "json").read_text())
        with self._path(number, "eml").open("rb") as file:
            head = reading.head(file.read(_HEAD_OCTETS))
        return Letter(
            number,
            envelope["mail_from"],
            tuple(envelope["rcpt_tos"]),
            datetime.fromisoformat(envelope["received_at"]),
            head.get("subject", ""),
            head.get("message-id", ""),
        )

    def _numbers(self, pattern: str) -> list[int]:
        return [int(path.stem) for path in self._folder.glob(pattern) if path.stem.isdecimal()]

    def _path(self, number: int, kind: str) -> Path:
        return self._folder / f"{number:08}.{kind}"
