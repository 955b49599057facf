"""Accounts and posts, as editors see them."""

from publisher.social.queries.accounts import AccountLine, account, accounts, server, trouble
from publisher.social.queries.habits import Cost, HabitsLine, cost, habits
from publisher.social.queries.posts import (
    Counted,
    FiguresLine,
    MediumLine,
    PostLine,
    card,
    counted,
    media,
    post,
    posts,
    thread,
    warnings,
)

__all__ = [
    "AccountLine",
    "Cost",
    "Counted",
    "FiguresLine",
    "HabitsLine",
    "MediumLine",
    "PostLine",
    "account",
    "accounts",
    "card",
    "cost",
    "counted",
    "habits",
    "media",
    "post",
    "posts",
    "server",
    "thread",
    "trouble",
    "warnings",
]
