"""What the stand-in says back, in X's shapes (https://docs.x.com/x-api/fundamentals/response-codes)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
PROBLEM = "application/problem+json"

_PROBLEMS = "https://api.twitter.com/2/problems"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer; the length is worked out where it is sent."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, *headers: tuple[str, str]) -> Self:
        return replace(self, headers=self.headers + headers)


class Refused(Exception):
    """The call is not done; `answer` says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def in_json(status: int, content: object) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False).encode())


def problem(status: int, title: str, detail: str, *, kind: str = "about:blank") -> Answer:
    """Return a problem as X words them (RFC 9457)."""
    body = {"title": title, "type": kind, "status": status, "detail": detail}
    return Answer(status, json.dumps(body).encode(), PROBLEM)


def forbidden(detail: str = "Forbidden") -> Answer:
    """Return X's 403; where a scope is missing it says nothing but its title."""
    return problem(403, "Forbidden", detail)


def too_many_requests() -> Answer:
    return problem(429, "Too Many Requests", "Too Many Requests")


def unavailable() -> Answer:
    return problem(503, "Service Unavailable", "Service Unavailable")


def credits_used_up(account_id: str) -> Answer:
    """Return what X says when the app's credits are used up: this one names no status."""
    body = {
        "account_id": int(account_id),
        "title": "CreditsDepleted",
        "detail": (
            f"Your enrolled account [{account_id}] does not have any credits to fulfill"
            " this request."
        ),
        "type": f"{_PROBLEMS}/credits",
    }
    return in_json(402, body)


def invalid(message: str, parameters: Mapping[str, Sequence[str]] | None = None) -> Answer:
    """Return X's answer to a request that is not in its schema."""
    body = {
        "errors": [{"parameters": dict(parameters or {}), "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{_PROBLEMS}/invalid-request",
    }
    return in_json(400, body)


def not_found(parameter: str, post_id: str) -> dict[str, Any]:
    """Return the error that stands beside `data` for a post that is not there."""
    return {
        "value": post_id,
        "detail": f"Could not find tweet with {parameter}: [{post_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": parameter,
        "resource_id": post_id,
        "type": f"{_PROBLEMS}/resource-not-found",
    }


def not_yours(field: str, post_id: str) -> dict[str, Any]:
    """Return the error that stands beside `data` for figures that only the author is told."""
    return {
        "value": post_id,
        "detail": (
            f"Sorry, you are not authorized to access '{field}' on the Tweet with ids :"
            f" [{post_id}]."
        ),
        "title": "Field Authorization Error",
        "resource_type": "tweet",
        "parameter": field,
        "resource_id": post_id,
        "section": "data",
        "type": f"{_PROBLEMS}/not-authorized-for-field",
    }
