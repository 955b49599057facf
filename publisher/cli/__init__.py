"""The command line, a file per noun: parse, call one action or query, print."""

from typing import Any

import typer

from publisher.cli.reading import Reading
from publisher.cli.sentences import Sentences

# In the order in which they are listed: what only is a verb, and nouns with verbs of their own.
VERBS = ("up", "demo", "doctor", "migrate")
NOUNS = (
    *("articles", "feeds", "newsletters", "domains", "subscribers", "editions", "bounces"),
    *("mailboxes", "relays", "accounts", "templates", "handles", "posts", "staff"),
)


class Commands(Sentences):
    """All of them, none of whose code is read before it is asked for."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = Reading(VERBS, NOUNS)


app = typer.Typer(
    name="publisher",
    cls=Commands,
    no_args_is_help=True,
    # What gets this far is a bug, and the plain traceback is what its report needs.
    pretty_exceptions_enable=False,
)


@app.callback()
def publisher() -> None:
    """Turns a newsroom's articles into newsletters and posts, on time and exactly once."""
