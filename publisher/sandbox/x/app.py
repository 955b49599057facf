"""The stand-in as a WSGI application: X's routes, a page for people, and two doors for tests."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import Any

from publisher.sandbox.x import timeline
from publisher.sandbox.x.answers import Answer, in_json, invalid, problem
from publisher.sandbox.x.faults import Faults
from publisher.sandbox.x.posts import Posts
from publisher.sandbox.x.rations import Rations
from publisher.sandbox.x.reading import Wanted, in_x_shape
from publisher.sandbox.x.request import Request
from publisher.sandbox.x.signatures import Keys, Signatures, Unauthorized
from publisher.social.text import is_valid_post, normalised

LIMIT = 100

_USER_POSTS = re.compile(r"/2/users/([0-9]+)/tweets")
# Does what a signed call asks for: screen name and time in, answer out.
_Doing = Callable[[str, datetime], Answer]


class XStandIn:
    """X for one machine; it takes the posts of `accounts` and keeps them in `folder`.

    `accounts` are by access token: consumer key, consumer secret, access token secret, screen name.
    An account may call each route `limit` times in 15 minutes.
    """

    def __init__(
        self,
        folder: Path,
        accounts: Mapping[str, tuple[str, str, str, str]],
        *,
        clock: Callable[[], datetime],
        limit: int = LIMIT,
    ) -> None:
        self._accounts = {token: Keys(*keys) for token, keys in accounts.items()}
        self._users = {_user_id(token): keys.screen_name for token, keys in self._accounts.items()}
        self._clock = clock
        self._posts = Posts(folder)
        self._signatures = Signatures(self._accounts)
        self._rations = Rations(limit)
        self._faults = Faults()
        self._closing = Event()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer as WSGI wants it; raises ConnectionAbortedError to hang up without an answer."""
        answer = self.answer(Request.of(environ))
        headers = [("Content-Type", answer.content_type), *answer.headers]
        headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [answer.body]

    def close(self) -> None:
        """End every answer that is being slow."""
        self._closing.set()

    def answer(self, request: Request) -> Answer:
        match request.method, request.path:
            case "GET", "/":
                return timeline.page(self._posts.newest_first())
            case "GET", "/_posts.json":
                return in_json(200, [post.row() for post in self._posts.newest_first()])
            case "POST", "/_faults":
                return self._order_faults(request)
            case "POST", "/2/tweets":
                return self._called("POST /2/tweets", request, partial(self._create, request))
            case "GET", "/2/users/me":
                return self._called("GET /2/users/me", request, self._me)
            case "GET", path if user := _USER_POSTS.fullmatch(path):
                ask = partial(self._posts_of, user[1], request.query)
                return self._called("GET /2/users/:id/tweets", request, ask)
        return problem(404, "Not Found", f"{request.method} {request.path} is not known here.")

    def _order_faults(self, request: Request) -> Answer:
        # A web page may send JSON elsewhere only after it has asked to, and that is not answered.
        if not (request.is_local and request.is_json):
            return problem(403, "Forbidden", "Faults are ordered from this machine, as JSON.")
        try:
            self._faults.order(json.loads(request.body))
        except ValueError as error:
            return invalid(str(error))
        return in_json(200, {"data": {"ordered": True}})

    def _called(self, route: str, request: Request, do: _Doing) -> Answer:
        now = self._clock()
        try:
            token = self._signatures.account(request.call, now=now)
        except Unauthorized:
            return problem(401, "Unauthorized", "Unauthorized")
        ration = self._rations.take(token, route, now=now)
        if not ration.taken:
            refusal = problem(429, "Too Many Requests", "Too Many Requests")
            return refusal.with_headers(*ration.headers())
        fault = self._faults.take(route)
        answer = fault.before() if fault else None
        if answer is None:
            answer = do(self._accounts[token].screen_name, now)
            answer = fault.after(answer, self._closing) if fault else answer
        return answer.with_headers(*ration.headers())

    def _create(self, request: Request, account: str, now: datetime) -> Answer:
        try:
            text = _text_of(request)
        except ValueError as error:
            return invalid(str(error))
        post = self._posts.add(account, text, now=now)
        if post is None:
            return problem(
                403, "Forbidden", "You are not allowed to create a Tweet with duplicate content."
            )
        return in_json(201, {"data": in_x_shape(post)})

    def _me(self, account: str, _: datetime) -> Answer:
        user_id = next(it for it, screen_name in self._users.items() if screen_name == account)
        return in_json(200, {"data": {"id": user_id, "name": account, "username": account}})

    def _posts_of(self, user_id: str, query: str, *_: object) -> Answer:
        account = self._users.get(user_id)
        if account is None:
            return problem(404, "Not Found Error", f"Could not find user with id: [{user_id}].")
        try:
            wanted = Wanted.of(query)
        except ValueError as error:
            return invalid(str(error))
        return in_json(200, wanted.answered(self._posts.newest_first(account)))


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


def _user_id(access_token: str) -> str:
    # X's own access tokens begin with the account's id.
    owner, dash, _ = access_token.partition("-")
    if dash and owner.isdecimal():
        return owner
    return str(int(hashlib.sha256(access_token.encode()).hexdigest()[:12], 16))
