"""What was posted and taken back, one line of JSON each, so that a restart forgets nothing."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Self

# X takes the same words again after about a day.
DUPLICATE_FOR = timedelta(hours=24)
# The first moment of X's ids, 2010-11-04T01:42:54.657Z in milliseconds.
_EPOCH_MS = 1_288_834_974_657
_FILE = "x-posts.jsonl"


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture or video of a post; its content is kept by its id (media.py)."""

    id: str
    key: str
    media_type: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it was sent; `account` is a screen name.

    `in_reply_to` is the id of the post that it answers, "" for none.
    """

    id: str
    account: str
    text: str
    received_at: datetime
    in_reply_to: str = ""
    media: tuple[Attached, ...] = ()
    deleted_at: datetime | None = None

    def row(self) -> dict[str, Any]:
        """Return it for JSON."""
        deleted_at = self.deleted_at and self.deleted_at.isoformat()
        own = {"received_at": self.received_at.isoformat(), "deleted_at": deleted_at}
        return asdict(self) | own

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Return what `row` made a row of; rows of older versions have fewer keys."""
        post = cls(**row)
        return replace(
            post,
            received_at=datetime.fromisoformat(row["received_at"]),
            media=tuple(Attached(**each) for each in row.get("media", ())),
            deleted_at=datetime.fromisoformat(deleted)
            if (deleted := row.get("deleted_at"))
            else None,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be posted, read and found good."""

    account: str
    text: str
    in_reply_to: str = ""
    media: tuple[Attached, ...] = ()


class Posts:
    """All posts of all accounts, in a file of `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / _FILE
        self._lock = Lock()
        self._posts = _read(self._file)

    def add(self, draft: Draft, *, now: datetime) -> Post | None:
        """Keep a post; None where the account said the same within the last day."""
        with self._lock:
            if self._is_said(draft, since=now - DUPLICATE_FOR):
                return None
            received_at = now.astimezone(UTC)
            post = Post(
                self._next_id(now),
                draft.account,
                draft.text,
                received_at,
                draft.in_reply_to,
                draft.media,
            )
            self._keep(post)
        return post

    def delete(self, post_id: str, *, now: datetime) -> None:
        """Take a post back, which stays in the file."""
        with self._lock:
            self._keep(replace(self._posts[post_id], deleted_at=now.astimezone(UTC)))

    def standing(self, post_id: str) -> Post | None:
        """Return a post that is not deleted."""
        with self._lock:
            post = self._posts.get(post_id)
        return post if post and post.deleted_at is None else None

    def newest_first(self, account: str | None = None) -> list[Post]:
        """Return all posts, those included that are deleted."""
        with self._lock:
            posts = list(self._posts.values())
        return [post for post in reversed(posts) if account in (None, post.account)]

    def _is_said(self, draft: Draft, *, since: datetime) -> bool:
        # Pictures without words are no words that could be said again.
        return draft.text != "" and any(
            post.account == draft.account and post.text == draft.text
            for post in self._posts.values()
            if post.received_at > since and post.deleted_at is None
        )

    def _keep(self, post: Post) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(post.row(), ensure_ascii=False) + "\n")
        self._posts[post.id] = post

    def _next_id(self, now: datetime) -> str:
        snowflake = (int(now.timestamp() * 1000) - _EPOCH_MS) << 22
        last = int(next(reversed(self._posts), "0"))
        return str(max(snowflake, last + 1))


def _read(file: Path) -> dict[str, Post]:
    """Return the posts in a file by id; the last line about one holds."""
    if not file.exists():
        return {}
    whole, newline, torn = file.read_text("utf-8").rpartition("\n")
    if torn:
        # Killed while it wrote: that post was never answered, so it was never made.
        file.write_text(whole + newline, "utf-8")
    posts = [Post.of(json.loads(line)) for line in whole.split("\n") if line]
    return {post.id: post for post in posts}
