"""The stand-in as a WSGI application: X's routes, pages for people, and doors for tests.

Tests post JSON to /_faults (what goes wrong next, faults.py), /_limits (how many calls there are,
rations.py) and /_figures (what came of posts, figures.py), and read /_posts.json.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import Any

from publisher.sandbox.x import timeline
from publisher.sandbox.x.accounts import Accounts, Caller, Client, Keys
from publisher.sandbox.x.answers import (
    Answer,
    Refused,
    credits_used_up,
    forbidden,
    in_json,
    invalid,
    problem,
    too_many_requests,
    unavailable,
)
from publisher.sandbox.x.consent import ConsentDesk
from publisher.sandbox.x.faults import REFUSALS, Dropped, Fault, Faults
from publisher.sandbox.x.figures import Figures
from publisher.sandbox.x.gate import Gate
from publisher.sandbox.x.grants import Grants
from publisher.sandbox.x.lookups import Lookups
from publisher.sandbox.x.media import Media
from publisher.sandbox.x.posts import Posts
from publisher.sandbox.x.rations import APP_DAY, QUARTER, USER_DAY, Ration, Rations
from publisher.sandbox.x.request import Request
from publisher.sandbox.x.routes import READING, UPLOADING, WRITING, Asked, Route
from publisher.sandbox.x.signatures import Unauthorized
from publisher.sandbox.x.tokens import TokenDesk
from publisher.sandbox.x.uploading import Uploading
from publisher.sandbox.x.writing import Writing


class XStandIn:
    """X for one machine; it takes the posts of `accounts` and keeps them in `folder`.

    `accounts` are by access token (OAuth 1.0a), `clients` by client id (OAuth 2.0). An account may
    call each route `limit` times in 15 minutes; None is as often as X lets it.
    """

    def __init__(
        self,
        folder: Path,
        accounts: Mapping[str, tuple[str, str, str, str] | Keys],
        *,
        clients: Mapping[str, Client] | None = None,
        clock: Callable[[], datetime],
        limit: int | None = None,
    ) -> None:
        keys = {token: Keys(*its) for token, its in accounts.items()}
        known, grants = Accounts(keys), Grants()
        self._clock = clock
        self._posts, self._media, self._figures = Posts(folder), Media(folder), Figures()
        self._gate = Gate(keys, known, grants)
        self._rations = Rations({} if limit is None else {QUARTER: limit})
        self._routes = _routes(
            Lookups(known, self._posts, self._figures),
            Writing(self._posts, self._media),
            Uploading(self._media),
        )
        self._open = _open_routes(
            TokenDesk(clients or {}, grants), ConsentDesk(clients or {}, known, grants)
        )
        self._faults = Faults([*(route.name for route in self._routes), *self._open])
        self._doors = {
            "/_faults": self._faults.order,
            "/_figures": self._figures.order,
            "/_limits": self._rations.order,
        }
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
        """Answer what programs ask, what people look at, and what tests order."""
        if open_to_all := self._open.get(f"{request.method} {request.path}"):
            return self._done_openly(open_to_all, request)
        for route in self._routes:
            if match := route.takes(request):
                return self._called(route, request, "".join(match.groups()))
        match request.method, request.path:
            case "GET", "/":
                return timeline.page(self._posts.newest_first(), root=request.root)
            case "GET", "/_posts.json":
                return in_json(200, [post.row() for post in self._posts.newest_first()])
            case "GET", path if path.startswith(timeline.MEDIA_PATH):
                return timeline.medium(path, self._posts.newest_first(), self._media)
            case "POST", path if door := self._doors.get(path):
                return _ordered(door, request)
        return problem(404, "Not Found", f"{request.method} {request.path} is not known here.")

    def _done_openly(self, do: Callable[[Request, datetime], Answer], request: Request) -> Answer:
        now = self._clock()
        fault = self._faults.take(f"{request.method} {request.path}")
        if fault and fault.kind in REFUSALS:
            return _refusal(fault, Ration(taken=True, left=()), now)
        answer = do(request, now)
        return fault.spoil(answer, self._closing) if fault else answer

    def _called(self, route: Route, request: Request, named: str) -> Answer:
        now = self._clock()
        try:
            caller = self._gate.caller(request.call, now=now)
        except Unauthorized:
            return problem(401, "Unauthorized", "Unauthorized")
        if not caller.may(route.scopes):
            return forbidden()
        ration = self._rations.take(_whose(caller), route.name, now=now)
        if not ration.taken:
            return too_many_requests().with_headers(*ration.headers())
        fault = self._faults.take(route.name)
        if fault and fault.kind in REFUSALS:
            return _refusal(fault, ration, now, caller)
        answer = _done(route, Asked(request, caller, now, named, fault))
        answer = fault.spoil(answer, self._closing) if fault else answer
        return answer.with_headers(*ration.headers())


def _routes(lookups: Lookups, writing: Writing, uploading: Uploading) -> tuple[Route, ...]:
    return (
        Route("POST /2/tweets", writing.create, WRITING),
        Route("DELETE /2/tweets/:id", writing.delete, WRITING),
        Route("GET /2/tweets", lookups.many, READING),
        Route("GET /2/tweets/:id", lookups.one, READING),
        Route("GET /2/users/me", lookups.me, READING),
        Route("GET /2/users/:id/tweets", lookups.timeline, READING),
        Route("POST /2/media/upload/initialize", uploading.initialize, UPLOADING),
        Route("POST /2/media/upload/:id/append", uploading.append, UPLOADING),
        Route("POST /2/media/upload/:id/finalize", uploading.finalize, UPLOADING),
        Route("GET /2/media/upload", uploading.status, UPLOADING),
        Route("POST /2/media/metadata", uploading.describe, UPLOADING),
    )


def _open_routes(
    tokens: TokenDesk, consent: ConsentDesk
) -> dict[str, Callable[[Request, datetime], Answer]]:
    """Return what nobody signs, by method and path."""
    return {
        "GET /i/oauth2/authorize": consent.ask,
        "POST /i/oauth2/authorize": consent.allow,
        "POST /2/oauth2/token": tokens.token,
        "POST /2/oauth2/revoke": tokens.revoke,
    }


def _whose(caller: Caller) -> dict[str, str]:
    """Return whose windows a call takes from."""
    user = caller.account.id
    return {QUARTER: user, USER_DAY: user, APP_DAY: caller.app}


def _done(route: Route, asked: Asked) -> Answer:
    try:
        return route.do(asked)
    except Refused as refused:
        return refused.answer
    except ValueError as error:
        return invalid(str(error))


def _refusal(fault: Fault, ration: Ration, now: datetime, caller: Caller | None = None) -> Answer:
    """Return the answer to a call that is not looked at; raises Dropped."""
    match fault.kind:
        case "drop-before":
            raise Dropped
        case "429":
            reset_at = now + timedelta(seconds=fault.seconds)
            ration = ration.emptied(fault.windows, reset_at)
            answer = too_many_requests()
        case "402":
            answer = credits_used_up(caller.account.id if caller else "0")
        case _:
            answer = unavailable()
    return answer.with_headers(*ration.headers())


def _ordered(order: Callable[[object], None], request: Request) -> Answer:
    # A web page may send JSON elsewhere only after it has asked to, and that is not answered.
    if not (request.is_local and request.is_json):
        return forbidden("Orders are given from this machine, as JSON.")
    try:
        order(json.loads(request.body))
    except ValueError as error:
        return invalid(str(error))
    return in_json(200, {"data": {"ordered": True}})
