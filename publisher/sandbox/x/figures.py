"""What came of a post: made up, the same every time, or what a test says.

https://docs.x.com/x-api/fundamentals/metrics
"""

import hashlib
from threading import Lock
from typing import Any

from publisher.sandbox.x.posts import Post

_IMPRESSIONS = 5_000
# How many of a post's impressions become one of each, about.
_ONE_OF = {
    "like_count": 40,
    "retweet_count": 160,
    "reply_count": 240,
    "quote_count": 800,
    "bookmark_count": 600,
    "url_link_clicks": 60,
    "user_profile_clicks": 400,
}
NAMES = frozenset({"impression_count", *_ONE_OF})
PUBLIC: dict[str, tuple[str, ...]] = {
    "public_metrics": (
        "retweet_count",
        "reply_count",
        "like_count",
        "quote_count",
        "bookmark_count",
        "impression_count",
    )
}
# Only the author is told these, and about the last 30 days only.
PRIVATE: dict[str, tuple[str, ...]] = {
    "non_public_metrics": ("impression_count", "url_link_clicks", "user_profile_clicks"),
    "organic_metrics": (
        "impression_count",
        "like_count",
        "reply_count",
        "retweet_count",
        "url_link_clicks",
        "user_profile_clicks",
    ),
}


class Figures:
    """The figures of all posts."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, int]] = {}
        self._lock = Lock()

    def order(self, figures: object) -> None:
        """Take figures by post id: `{"1": {"like_count": 3}}`; raises ValueError for others."""
        if not isinstance(figures, dict) or not all(map(_is_known, figures.values())):
            raise ValueError(f"figures are, by post id, an object of {', '.join(sorted(NAMES))}")
        with self._lock:
            for post_id, said in figures.items():
                self._said[post_id] = self._said.get(post_id, {}) | said

    def of(self, post: Post) -> dict[str, int]:
        """Return every figure of a post, by X's name for it."""
        seed = hashlib.sha256(post.id.encode()).digest()
        impressions = int.from_bytes(seed[:4]) % _IMPRESSIONS
        made_up = {name: impressions // one_of for name, one_of in _ONE_OF.items()}
        with self._lock:
            return {"impression_count": impressions} | made_up | self._said.get(post.id, {})


def _is_known(said: Any) -> bool:
    return isinstance(said, dict) and all(
        name in NAMES and isinstance(count, int) for name, count in said.items()
    )
