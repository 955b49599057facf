"""What of an account's posts is asked for, and how X gives it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Self
from urllib.parse import parse_qsl

from publisher.sandbox.x.posts import Post
from publisher.sandbox.x.shortening import shortened
from publisher.social.text import LIMIT, weighted_length

_PARAMETERS = frozenset(
    {"max_results", "start_time", "end_time", "pagination_token", "tweet.fields"}
)
_FIELDS = frozenset(
    {
        "attachments",
        "created_at",
        "edit_history_tweet_ids",
        "entities",
        "id",
        "non_public_metrics",
        "note_tweet",
        "organic_metrics",
        "public_metrics",
        "referenced_tweets",
        "text",
    }
)
_RESULTS = range(5, 101)
_USUAL_RESULTS = 10
# https://docs.x.com/x-api/posts/get-posts-by-ids
MOST_IDS = 100
# How much X shows of a longer post; the whole is in `note_tweet`, for those who ask for it
# (https://github.com/xdevplatform/samples/issues/202).
_BEGINNING = 270
_EVER = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question for an account's posts; `older_than` is an id where the page before ended."""

    most: int
    start: datetime
    end: datetime
    older_than: int | None
    fields: frozenset[str]

    @classmethod
    def of(cls, query: str) -> Self:
        """Read a query string; raises ValueError with a sentence where X would not take it."""
        given = parameters(query, _PARAMETERS)
        most = int(given.get("max_results", _USUAL_RESULTS))
        if most not in _RESULTS:
            raise ValueError(f"max_results is not between {_RESULTS[0]} and {_RESULTS[-1]}.")
        return cls(
            most,
            _moment(given["start_time"]) if "start_time" in given else _NEVER,
            _moment(given["end_time"]) if "end_time" in given else _EVER,
            int(given["pagination_token"]) if "pagination_token" in given else None,
            fields_of(given),
        )

    def page(self, newest_first: Sequence[Post]) -> tuple[list[Post], dict[str, Any]]:
        """Return the posts of this page, and X's `meta` about them."""
        asked = [post for post in newest_first if self._includes(post)]
        page = list(islice(asked, self.most))
        if not page:
            return [], {"result_count": 0}
        meta = {"result_count": len(page), "newest_id": page[0].id, "oldest_id": page[-1].id}
        if len(asked) > len(page):
            meta["next_token"] = page[-1].id
        return page, meta

    def _includes(self, post: Post) -> bool:
        in_time = self.start <= post.received_at < self.end
        return in_time and (self.older_than is None or int(post.id) < self.older_than)


def parameters(query: str, known: frozenset[str]) -> dict[str, str]:
    """Return what a query gives; raises ValueError for what is not `known`."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := given.keys() - known:
        raise ValueError(f"The query parameter [{min(unknown)}] is not known.")
    return given


def fields_of(given: Mapping[str, str]) -> frozenset[str]:
    """Return which fields of posts are asked for; raises ValueError for one that X has not."""
    fields = frozenset(filter(None, given.get("tweet.fields", "").split(",")))
    if strange := fields - _FIELDS:
        raise ValueError(f"The tweet.fields value [{min(strange)}] is not known.")
    return fields


def ids_of(given: Mapping[str, str]) -> list[str]:
    """Return the ids of posts that are asked for; raises ValueError."""
    ids = given.get("ids", "").split(",")
    if not 1 <= len(ids) <= MOST_IDS:
        raise ValueError(f"The number of values in ids is not between 1 and {MOST_IDS}.")
    for each in ids:
        if not (each.isascii() and each.isdecimal() and len(each) <= 19):
            raise ValueError(f"The ids value [{each}] does not match ^[0-9]{{1,19}}$.")
    return ids


def in_x_shape(post: Post, fields: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return a post as X gives it out: always with id, text and history, with `fields` besides."""
    beginning = _beginning(post.text)
    short = shortened(replace(post, text=beginning))
    shape: dict[str, Any] = {
        "id": post.id,
        "text": short.text,
        "edit_history_tweet_ids": [post.id],
    }
    if "created_at" in fields:
        shape["created_at"] = post.received_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if "entities" in fields and short.urls:
        shape["entities"] = {"urls": short.urls}
    if "note_tweet" in fields and beginning != post.text:
        whole = shortened(replace(post, media=()))
        shape["note_tweet"] = {"text": whole.text, "entities": {"urls": whole.urls}}
    if "referenced_tweets" in fields and post.in_reply_to:
        shape["referenced_tweets"] = [{"type": "replied_to", "id": post.in_reply_to}]
    if "attachments" in fields and post.media:
        shape["attachments"] = {"media_keys": [media.key for media in post.media]}
    return shape


def _beginning(text: str) -> str:
    if weighted_length(text) <= LIMIT:
        return text
    shown = text[:_BEGINNING]
    return shown.rpartition(" ")[0] or shown


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
