"""Makes and deletes posts (https://docs.x.com/x-api/posts/create-post, …/delete-post)."""

import json
from collections.abc import Mapping
from typing import Any

from publisher.sandbox.x.accounts import Account
from publisher.sandbox.x.answers import Answer, Refused, forbidden, in_json
from publisher.sandbox.x.posts import Draft, Posts
from publisher.sandbox.x.reading import in_x_shape
from publisher.sandbox.x.request import Request
from publisher.sandbox.x.routes import Asked
from publisher.social.text import is_valid_post, normalised

_SCHEMA = {"text": str, "reply": dict}
_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_NO_PARENT = "You attempted to reply to a Tweet that is deleted or not visible to you."
_NOT_OWN = "You are not authorized to delete this Tweet."


class Writing:
    """What accounts do to their posts."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

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
        parent = _parent(body.get("reply", {}))
        if parent and self._posts.standing(parent) is None:
            raise Refused(forbidden(_NO_PARENT))
        text = _text(body, asked.account)
        return Draft(asked.account.screen_name, text, parent)


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
    if "text" not in body:
        raise ValueError("$.text: is needed.")
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


def _text(body: Mapping[str, Any], account: Account) -> str:
    text = normalised(body["text"]).strip()
    if not is_valid_post(text, limit=account.limit):
        raise ValueError("Your Tweet text is empty, too long or has characters that are not taken.")
    return text
