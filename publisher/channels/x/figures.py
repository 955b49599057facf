"""What came of a post, as X counts it: https://docs.x.com/x-api/fundamentals/metrics."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.channels.posts import Figures

PUBLIC = "public_metrics"
# Shown to the account itself only, and for 30 days.
PRIVATE = "non_public_metrics"

_PRIVATE_FOR = timedelta(days=30)
# A post's id holds its time, in milliseconds, from this moment on.
_FIRST_ID_AT = datetime.fromtimestamp(1288834974.657, UTC)
_ID_BITS_BELOW_TIME = 22


def has_private(network_id: str, now: datetime) -> bool:
    """Say whether a post is young enough for what X shows the account itself only."""
    if not network_id.isdecimal():
        return False
    age = now - _FIRST_ID_AT - timedelta(milliseconds=int(network_id) >> _ID_BITS_BELOW_TIME)
    return age < _PRIVATE_FOR


def read(answer: Mapping[str, Any]) -> dict[str, Figures]:
    """Return the figures in an answer by the posts' ids; what is gone is not in it."""
    return {str(post["id"]): _figures(post) for post in answer.get("data") or []}


def refused(answer: Mapping[str, Any]) -> Iterator[str]:
    """Return the ids of posts of which X told nothing, because one of the fields is not for us."""
    told = {str(post["id"]) for post in answer.get("data") or []}
    for error in answer.get("errors") or []:
        # https://docs.x.com/x-api/fundamentals/response-codes-and-errors
        is_field = str(error.get("type", "")).endswith("/not-authorized-for-field")
        if is_field and error.get("resource_id", "") not in {"", *told}:
            yield str(error["resource_id"])


def _figures(post: Mapping[str, Any]) -> Figures:
    public, private = post.get(PUBLIC) or {}, post.get(PRIVATE) or {}
    return Figures(
        impressions=public.get("impression_count", private.get("impression_count")),
        likes=public.get("like_count"),
        reposts=public.get("retweet_count"),
        replies=public.get("reply_count"),
        clicks=private.get("url_link_clicks"),
    )
