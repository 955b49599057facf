"""Makes posts (https://docs.x.com/x-api/posts/create-post)."""

import json

from publisher.sandbox.x.answers import Answer, forbidden, in_json
from publisher.sandbox.x.posts import Posts
from publisher.sandbox.x.reading import in_x_shape
from publisher.sandbox.x.request import Request
from publisher.sandbox.x.routes import Asked
from publisher.social.text import is_valid_post, normalised

_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


class Writing:
    """What accounts do to their posts."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    def create(self, asked: Asked) -> Answer:
        """Post what is asked for; raises ValueError where X would not."""
        text = _text_of(asked.request)
        post = self._posts.add(asked.account.screen_name, text, now=asked.now)
        if post is None:
            return forbidden(_DUPLICATE)
        return in_json(201, {"data": in_x_shape(post)})


def _text_of(request: Request) -> str:
    """Return the words that are to be posted; raises ValueError where X would not take them."""
    if not request.is_json:
        raise ValueError("The content type is not application/json.")
    body = json.loads(request.body)
    if not isinstance(body, dict) or not isinstance(body.get("text"), str):
        raise ValueError("$.text: a string is needed.")
    if unknown := body.keys() - {"text"}:
        raise ValueError(f"$.{min(unknown)}: is not defined in the schema.")
    text = normalised(body["text"]).strip()
    if not is_valid_post(text):
        raise ValueError("Your Tweet text is empty, too long or has characters that are not taken.")
    return text
