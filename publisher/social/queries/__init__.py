"""Accounts and posts, as editors see them."""

from publisher.social.queries.accounts import AccountLine, account, accounts
from publisher.social.queries.habits import Cost, HabitsLine, habits
from publisher.social.queries.posts import (
    FiguresLine,
    MediumLine,
    PostLine,
    card,
    media,
    post,
    posts,
    thread,
)

__all__ = [
    "AccountLine",
    "Cost",
    "FiguresLine",
    "HabitsLine",
    "MediumLine",
    "PostLine",
    "account",
    "accounts",
    "card",
    "habits",
    "media",
    "post",
    "posts",
    "thread",
]
