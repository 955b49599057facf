"""Tells accounts of themselves and of their timelines."""

from publisher.sandbox.x.accounts import Account, Accounts
from publisher.sandbox.x.answers import Answer, in_json, problem
from publisher.sandbox.x.posts import Post, Posts
from publisher.sandbox.x.reading import Wanted, in_x_shape
from publisher.sandbox.x.routes import Asked


class Lookups:
    """The routes that change nothing."""

    def __init__(self, accounts: Accounts, posts: Posts) -> None:
        self._accounts = accounts
        self._posts = posts

    def me(self, asked: Asked) -> Answer:
        name = asked.account.screen_name
        return in_json(200, {"data": {"id": asked.account.id, "name": name, "username": name}})

    def timeline(self, asked: Asked) -> Answer:
        account = self._accounts.by_id(asked.id)
        if account is None:
            detail = f"Could not find user with id: [{asked.id}]."
            return problem(404, "Not Found Error", detail)
        wanted = Wanted.of(asked.request.query)
        page, meta = wanted.page(self._shown(account))
        shapes = [in_x_shape(post, wanted.fields) for post in page]
        return in_json(200, ({"data": shapes} if shapes else {}) | {"meta": meta})

    def _shown(self, account: Account) -> list[Post]:
        posts = self._posts.newest_first(account.screen_name)
        return [post for post in posts if post.deleted_at is None]
