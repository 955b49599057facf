"""`publisher feeds`: RSS and Atom feeds that articles come from."""

from collections.abc import Sequence
from typing import Annotated

import typer

from publisher import clock
from publisher.articles import actions, polling, queries
from publisher.articles.queries import Source
from publisher.cli import engines, printing, sentences
from publisher.cli.printing import AsJson, Record

app = typer.Typer(no_args_is_help=True, help="RSS and Atom feeds that articles come from.")


@app.command()
@engines.needed
def add(url: Annotated[str, typer.Argument(metavar="URL")], *, as_json: AsJson = False) -> None:
    """Poll a feed from now on, for the first time at once; prints its id."""
    feed_id = actions.add_feed(url, now=clock.now())
    polling.poll(feed_id, now=clock.now())
    feed = next(feed for feed in queries.feeds() if feed.id == feed_id)
    printing.made(_record(feed), "id", as_json=as_json)
    _fail_for([feed])


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List all feeds."""
    _show(as_json=as_json)


@app.command()
@engines.needed
def poll(*, as_json: AsJson = False) -> None:
    """Ask every feed at once what is new, due or not; the status is 1 if one does not answer."""
    for feed in queries.feeds():
        polling.poll(feed.id, now=clock.now())
    _show(as_json=as_json)
    _fail_for(queries.feeds())


def _fail_for(asked: Sequence[Source]) -> None:
    """Say which feeds cannot be read; they are asked again later all the same."""
    if failing := [feed for feed in asked if feed.problem]:
        told = " ".join(f"{feed.url}: {feed.problem}" for feed in failing)
        sentences.fail(printing.shown(f"{told} It is asked again later."))


def _show(*, as_json: bool) -> None:
    columns = ("id", "articles", "polled_at", "due_at", "title", "url", "problem")
    printing.many(map(_record, queries.feeds()), columns, as_json=as_json)


def _record(feed: Source) -> Record:
    return {
        "id": feed.id,
        "url": feed.url,
        "title": feed.title,
        "state": "failing" if feed.problem else "polled",
        "due_at": feed.due_at,
        "polled_at": feed.polled_at,
        "articles": feed.articles,
        "problem": feed.problem,
    }
