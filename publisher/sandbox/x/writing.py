"""Makes and deletes posts (https://docs.x.com/x-api/posts/create-post, …/delete-post)."""

import json
from collections.abc import Mapping
from typing import Any

from publisher.sandbox.x.accounts import Account
from publisher.sandbox.x.answers import Answer, Refused, forbidden, in_json, invalid
from publisher.sandbox.x.media import PICTURES, Media
from publisher.sandbox.x.posts import Attached, Draft, Posts
from publisher.sandbox.x.reading import in_x_shape
from publisher.sandbox.x.request import Request
from publisher.sandbox.x.routes import Asked
from publisher.social.text import is_valid_post, normalised

# Four photos, or one animated GIF, or one video (docs.x.com/x-api/media/quickstart/best-practices).
MOST_PICTURES = 4

_SCHEMA = {"text": str, "reply": dict, "media": dict}
_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_NO_PARENT = "You attempted to reply to a Tweet that is deleted or not visible to you."
_NOT_OWN = "You are not authorized to delete this Tweet."


class Writing:
    """What accounts do to their posts."""

    def __init__(self, posts: Posts, media: Media) -> None:
        self._posts = posts
        self._media = media

    def create(self, asked: Asked) -> Answer:
        """Post what is asked for; raises ValueError and Refused where X would not."""
        post = self._posts.add(self._draft(asked), now=asked.now)
        if post is None:
            return forbidden(_DUPLICATE)
        return in_json(201, {"data": in_x_shape(post)})

    def delete(self, asked: Asked) -> Answer:
        """Take a post back; X says whether this very call did it."""
        post = self._posts.standing(asked.id)
        if post and post.account != asked.account.screen_name:
            return forbidden(_NOT_OWN)
        if post:
            self._posts.delete(post.id, now=asked.now)
        return in_json(200, {"data": {"deleted": post is not None}})

    def _draft(self, asked: Asked) -> Draft:
        body = _body(asked.request)
        media = self._attached(body.get("media", {}), asked)
        parent = _parent(body.get("reply", {}))
        if parent and self._posts.standing(parent) is None:
            raise Refused(forbidden(_NO_PARENT))
        text = _text(body.get("text", ""), asked.account, may_be_empty=bool(media))
        return Draft(asked.account.screen_name, text, parent, media)

    def _attached(self, given: Mapping[str, Any], asked: Asked) -> tuple[Attached, ...]:
        if not given:
            return ()
        ids = given.get("media_ids")
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise ValueError("$.media.media_ids: an array of strings is needed.")
        if given.keys() - {"media_ids"}:
            raise ValueError(f"$.media.{min(given.keys() - {'media_ids'})}: is not defined here.")
        if not 1 <= len(ids) <= MOST_PICTURES:
            raise ValueError(f"$.media.media_ids: needs 1 to {MOST_PICTURES} items.")
        ready = [self._media.ready(each, asked.account.id, now=asked.now) for each in ids]
        wrong = [each for each, found in zip(ids, ready, strict=True) if found is None]
        attached = tuple(found for found in ready if found)
        if wrong or len(set(ids)) < len(ids) or not _go_together(attached):
            ids = wrong or ids
            raise Refused(invalid("Your media IDs are invalid.", {"media.media_ids": ids}))
        return attached


def _go_together(attached: tuple[Attached, ...]) -> bool:
    moving = [each for each in attached if each.media_type not in PICTURES]
    return not moving or len(attached) == 1


def _body(request: Request) -> Mapping[str, Any]:
    if not request.is_json:
        raise ValueError("The content type is not application/json.")
    body = json.loads(request.body)
    if not isinstance(body, dict):
        raise ValueError("$: an object is needed.")
    if unknown := body.keys() - _SCHEMA.keys():
        raise ValueError(f"$.{min(unknown)}: is not defined in the schema.")
    for name, value in body.items():
        if not isinstance(value, _SCHEMA[name]):
            raise ValueError(f"$.{name}: is not of the type in the schema.")
    if not body.keys() & {"text", "media"}:
        raise ValueError("$.text: is needed where there is no media.")
    return body


def _parent(reply: Mapping[str, Any]) -> str:
    """Return the id of the post that is answered, "" for none."""
    if not reply:
        return ""
    parent = reply.get("in_reply_to_tweet_id")
    if reply.keys() != {"in_reply_to_tweet_id"} or not isinstance(parent, str):
        raise ValueError("$.reply: has in_reply_to_tweet_id, a string, and nothing else here.")
    if not (parent.isascii() and parent.isdecimal()):
        raise ValueError("$.reply.in_reply_to_tweet_id: does not match ^[0-9]{1,19}$.")
    return parent


def _text(given: str, account: Account, *, may_be_empty: bool) -> str:
    text = normalised(given).strip()
    if text == "" and may_be_empty:
        return text
    if not is_valid_post(text, limit=account.limit):
        raise ValueError("Your Tweet text is empty, too long or has characters that are not taken.")
    return text
