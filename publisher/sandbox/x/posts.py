"""What was posted, one line of JSON a post, so that a restart forgets nothing."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

# X takes the same words again after about a day.
DUPLICATE_FOR = timedelta(hours=24)
# The first moment of X's ids, 2010-11-04T01:42:54.657Z in milliseconds.
_EPOCH_MS = 1_288_834_974_657
_FILE = "x-posts.jsonl"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it was sent; `account` is a screen name."""

    id: str
    account: str
    text: str
    received_at: datetime

    def row(self) -> dict[str, Any]:
        return asdict(self) | {"received_at": self.received_at.isoformat()}


class Posts:
    """All posts of all accounts, in a file of `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / _FILE
        self._lock = Lock()
        self._posts = _read(self._file)

    def add(self, account: str, text: str, *, now: datetime) -> Post | None:
        """Keep a post; None where the account said the same within the last day."""
        with self._lock:
            if any(
                post.account == account and post.text == text
                for post in self._posts
                if post.received_at > now - DUPLICATE_FOR
            ):
                return None
            post = Post(self._next_id(now), account, text, now.astimezone(UTC))
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(post.row(), ensure_ascii=False) + "\n")
            self._posts.append(post)
        return post

    def newest_first(self, account: str | None = None) -> list[Post]:
        with self._lock:
            posts = list(self._posts)
        return [post for post in reversed(posts) if account in (None, post.account)]

    def _next_id(self, now: datetime) -> str:
        snowflake = (int(now.timestamp() * 1000) - _EPOCH_MS) << 22
        last = int(self._posts[-1].id) if self._posts else 0
        return str(max(snowflake, last + 1))


def _read(file: Path) -> list[Post]:
    if not file.exists():
        return []
    whole, newline, torn = file.read_text("utf-8").rpartition("\n")
    if torn:
        # Killed while it wrote: that post was never answered, so it was never made.
        file.write_text(whole + newline, "utf-8")
    rows = [json.loads(line) for line in whole.split("\n") if line]
    return [
        Post(**row | {"received_at": datetime.fromisoformat(row["received_at"])}) for row in rows
    ]
