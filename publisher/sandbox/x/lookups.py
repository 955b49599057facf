"""Tells accounts of themselves, of their timelines and of posts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from publisher.sandbox.x.accounts import Account, Accounts
from publisher.sandbox.x.answers import Answer, in_json, not_found, not_yours, problem
from publisher.sandbox.x.figures import PRIVATE, PUBLIC, Figures
from publisher.sandbox.x.posts import Post, Posts
from publisher.sandbox.x.reading import Wanted, fields_of, ids_of, in_x_shape, parameters
from publisher.sandbox.x.routes import Asked

_USER_FIELDS = frozenset(
    {"id", "name", "subscription_type", "username", "verified", "verified_type"}
)
# https://docs.x.com/x-api/fundamentals/metrics: older posts' private figures are not told.
PRIVATE_FOR = timedelta(days=30)


class Lookups:
    """The routes that change nothing."""

    def __init__(self, accounts: Accounts, posts: Posts, figures: Figures) -> None:
        self._accounts = accounts
        self._posts = posts
        self._figures = figures

    def me(self, asked: Asked) -> Answer:
        given = parameters(asked.request.query, frozenset({"user.fields"}))
        fields = frozenset(filter(None, given.get("user.fields", "").split(",")))
        if strange := fields - _USER_FIELDS:
            raise ValueError(f"The user.fields value [{min(strange)}] is not known.")
        return in_json(200, {"data": _user(asked.account, fields)})

    def timeline(self, asked: Asked) -> Answer:
        """Show an account's posts; where the timeline lags, those that are old enough."""
        account = self._accounts.by_id(asked.id)
        if account is None:
            detail = f"Could not find user with id: [{asked.id}]."
            return problem(404, "Not Found Error", detail)
        wanted = Wanted.of(asked.request.query)
        page, meta = wanted.page(self._shown(account, asked))
        answer = self._answer(page, wanted.fields, asked)
        return in_json(200, answer | {"meta": meta})

    def many(self, asked: Asked) -> Answer:
        given = parameters(asked.request.query, frozenset({"ids", "tweet.fields"}))
        ids, fields = ids_of(given), fields_of(given)
        found = [self._posts.standing(each) for each in ids]
        answer = self._answer([post for post in found if post], fields, asked)
        gone = [not_found("ids", each) for each, post in zip(ids, found, strict=True) if not post]
        if errors := answer.pop("errors", []) + gone:
            answer["errors"] = errors
        return in_json(200, answer)

    def one(self, asked: Asked) -> Answer:
        given = parameters(asked.request.query, frozenset({"tweet.fields"}))
        post = self._posts.standing(asked.id)
        if post is None:
            return in_json(200, {"errors": [not_found("id", asked.id)]})
        answer = self._answer([post], fields_of(given), asked)
        return in_json(200, answer | {"data": answer["data"][0]})

    def _shown(self, account: Account, asked: Asked) -> list[Post]:
        fault = asked.fault
        lag = timedelta(seconds=fault.seconds if fault and fault.kind == "lag" else 0)
        return [
            post
            for post in self._posts.newest_first(account.screen_name)
            if post.deleted_at is None and post.received_at <= asked.now - lag
        ]

    def _answer(
        self, posts: Sequence[Post], fields: frozenset[str], asked: Asked
    ) -> dict[str, Any]:
        """Return `data` and, beside it, `errors` about what this account is not told of them."""
        errors = [
            not_yours(field, post.id)
            for post in posts
            for field in sorted(fields & PRIVATE.keys())
            if not _is_told(post, asked.account, asked.now)
        ]
        shapes = [in_x_shape(post, fields) | self._metrics(post, fields, asked) for post in posts]
        return ({"data": shapes} if shapes else {}) | ({"errors": errors} if errors else {})

    def _metrics(self, post: Post, fields: frozenset[str], asked: Asked) -> dict[str, Any]:
        figures = self._figures.of(post)
        told = PRIVATE if _is_told(post, asked.account, asked.now) else {}
        return {
            field: {name: figures[name] for name in names}
            for field, names in (told | PUBLIC).items()
            if field in fields
        }


def _is_told(post: Post, account: Account, now: datetime) -> bool:
    return post.account == account.screen_name and post.received_at > now - PRIVATE_FOR


def _user(account: Account, fields: frozenset[str]) -> dict[str, Any]:
    name = account.screen_name
    shape: dict[str, Any] = {"id": account.id, "name": name, "username": name}
    if "verified" in fields:
        shape["verified"] = account.premium
    if "subscription_type" in fields:
        shape["subscription_type"] = "Premium" if account.premium else "None"
    if "verified_type" in fields:
        shape["verified_type"] = "blue" if account.premium else "none"
    return shape
