"""Pictures and videos on their way into posts: parts, states, ages and sizes as X has them.

Sizes and counts: https://docs.x.com/x-api/media/introduction and …/quickstart/best-practices.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from publisher.sandbox.x.posts import Attached

# https://docs.x.com/x-api/media/introduction
MOST_BYTES = {
    "tweet_image": 5 * 1024 * 1024,
    "tweet_gif": 15 * 1024 * 1024,
    "tweet_video": 512 * 1024 * 1024,
}
# https://docs.x.com/x-api/media/quickstart/media-upload-chunked: a part is 5 MB at most.
MOST_BYTES_AT_ONCE = 5 * 1024 * 1024
MOST_SEGMENTS = 1_000
# X tells 24 hours for what is not in a post yet (…/post-media-upload-finalize, expires_after_secs).
KEPT_FOR = timedelta(hours=24)
CHECK_AFTER_SECONDS = 1

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
TYPES = {
    "tweet_image": PICTURES,
    "tweet_gif": frozenset({"image/gif"}),
    "tweet_video": frozenset({"video/mp4", "video/quicktime", "video/webm"}),
}

_FOLDER = "x-media"
# What X's media keys begin with.
_KEYS = {"tweet_image": "3", "tweet_gif": "16", "tweet_video": "13"}


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or video of one account; `state` is X's, "" before it is finalized.

    `checks` is how many questions for its state are still answered with `in_progress`, `fails` what
    they end with. `segments` are the bytes of each part, by its number.
    """

    id: str
    owner: str
    media_type: str
    category: str
    total_bytes: int
    expires_at: datetime
    state: str = ""
    alt: str = ""
    checks: int = 0
    fails: bool = False
    segments: Mapping[int, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """X's media key: what it is, and its id."""
        return f"{_KEYS[self.category]}_{self.id}"


class Media:
    """Everything uploaded: contents in `folder` for good, states only while it runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _FOLDER
        for parts in self._folder.glob("*.parts"):
            # Nobody goes on with what another run of it began.
            shutil.rmtree(parts)
        self._media: dict[str, Medium] = {}
        self._last = 0
        self._lock = Lock()

    def begin(
        self, owner: str, media_type: str, category: str, total_bytes: int, *, now: datetime
    ) -> Medium:
        """Open an upload; raises ValueError where X would not take it."""
        if category not in TYPES or media_type not in TYPES[category]:
            raise ValueError(f"$.media_type: [{media_type}] is not taken as [{category}].")
        if not 0 < total_bytes <= MOST_BYTES[category]:
            raise ValueError(f"$.total_bytes: is not 1 to {MOST_BYTES[category]} for [{category}].")
        with self._lock:
            self._last = max(self._last + 1, int(now.timestamp() * 1000) << 20)
            until = now + KEPT_FOR
            medium = Medium(str(self._last), owner, media_type, category, total_bytes, until)
            self._media[medium.id] = medium
        self._parts(medium.id).mkdir(parents=True)
        return medium

    def append(self, medium: Medium, index: int, content: bytes) -> None:
        """Keep one part; the same one again takes its place. Raises ValueError."""
        if medium.state:
            raise ValueError("The upload is finalized already.")
        if not 0 <= index < MOST_SEGMENTS:
            raise ValueError(f"segment_index: is not 0 to {MOST_SEGMENTS - 1}.")
        if not 0 < len(content) <= MOST_BYTES_AT_ONCE:
            raise ValueError(f"media: is not 1 to {MOST_BYTES_AT_ONCE} bytes.")
        (self._parts(medium.id) / str(index)).write_bytes(content)
        with self._lock:
            known = self._media[medium.id]
            segments = dict(known.segments) | {index: len(content)}
            self._media[medium.id] = replace(known, segments=segments)

    def finalize(self, medium: Medium, *, checks: int, fails: bool) -> Medium:
        """Put the parts together; raises ValueError where they are not what was said.

        Pictures are ready then. For the others `checks` questions say that they are in progress.
        """
        if sorted(medium.segments) != list(range(len(medium.segments))):
            raise ValueError("Segments do not add up to the media: one is missing.")
        if sum(medium.segments.values()) != medium.total_bytes:
            raise ValueError("Segments do not add up to provided total file size.")
        self._join(medium)
        done = replace(medium, state="pending", checks=checks, fails=fails)
        if medium.category == "tweet_image":
            done = replace(done, state="failed" if fails else "succeeded")
        return self._note(done)

    def checked(self, medium: Medium) -> Medium:
        """Return how far it is; every question brings it a step on."""
        if medium.state not in ("pending", "in_progress"):
            return medium
        if medium.checks > 0:
            return self._note(replace(medium, state="in_progress", checks=medium.checks - 1))
        return self._note(replace(medium, state="failed" if medium.fails else "succeeded"))

    def describe(self, medium: Medium, alt: str) -> None:
        self._note(replace(medium, alt=alt))

    def own(self, media_id: str, owner: str, *, now: datetime) -> Medium | None:
        """Return an account's upload, unless it has expired."""
        with self._lock:
            medium = self._media.get(media_id)
        mine = medium is not None and medium.owner == owner and now < medium.expires_at
        return medium if mine else None

    def ready(self, media_id: str, owner: str, *, now: datetime) -> Attached | None:
        """Return what can be posted now."""
        medium = self.own(media_id, owner, now=now)
        if medium is None or medium.state != "succeeded":
            return None
        return Attached(medium.id, medium.key, medium.media_type, medium.alt)

    def content(self, media_id: str) -> bytes | None:
        """Return what was uploaded under an id, which is decimal."""
        file = self._folder / media_id
        return file.read_bytes() if file.is_file() else None

    def _note(self, medium: Medium) -> Medium:
        with self._lock:
            self._media[medium.id] = medium
        return medium

    def _join(self, medium: Medium) -> None:
        parts = self._parts(medium.id)
        with (self._folder / medium.id).open("wb") as whole:
            for index in sorted(medium.segments):
                with (parts / str(index)).open("rb") as part:
                    shutil.copyfileobj(part, whole)
        shutil.rmtree(parts)

    def _parts(self, media_id: str) -> Path:
        return self._folder / f"{media_id}.parts"
