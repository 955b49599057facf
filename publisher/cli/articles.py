"""`publisher articles`: what the newsroom writes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from publisher import clock
from publisher.articles import actions, files, pages, queries
from publisher.articles.manuscripts import Manuscript
from publisher.articles.queries import Story, Teaser
from publisher.cli import arguments, engines, printing
from publisher.cli.arguments import At, Limit
from publisher.cli.printing import AsJson, Record
from publisher.errors import Refused

app = typer.Typer(no_args_is_help=True, help="What the newsroom writes.")
Slug = Annotated[str, typer.Argument()]

_MOST_OCTETS = 6_000_000


@app.command()
@engines.needed
def add(
    source: Annotated[str, typer.Argument(metavar="FILE.md|URL|-")], *, as_json: AsJson = False
) -> None:
    """Take an article in, or edit the one that has its slug; prints the slug."""
    now = clock.now()
    added = actions.add(_manuscript(source), now=now)
    printing.made(_in_full(_story(added.slug)) | {"is_new": added.is_new}, "slug", as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List articles: drafts first, then the others, the newest first."""
    listed = queries.listed(clock.now(), limit=limit)
    columns = ("slug", "state", "due_at", "section", "title")
    printing.many(map(_in_short, listed), columns, as_json=as_json)


@app.command()
@engines.needed
def show(slug: Slug, *, as_json: AsJson = False) -> None:
    """Show an article."""
    printing.one(_in_full(_story(slug)), as_json=as_json)


@app.command()
@engines.needed
def publish(slug: Slug, *, at: At = "now", as_json: AsJson = False) -> None:
    """Let readers see an article, from now or another moment on."""
    now = clock.now()
    due_at = arguments.moment(at, now=now)
    actions.publish(slug, due_at, now=now)
    sentence = f"'{slug}' is published from {printing.shown(due_at)} on."
    printing.say(sentence, _in_full(_story(slug)), as_json=as_json)


@app.command()
@engines.needed
def evergreen(
    slug: Slug,
    *,
    until: Annotated[str, typer.Option("--until", metavar="ISO8601", help="Unset: always.")] = "",
    off: Annotated[bool, typer.Option("--off", help="It is none any more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have accounts that share evergreens tell an article again and again."""
    now = clock.now()
    if off and until:
        raise typer.BadParameter("it is not for an article that is none", param_hint="'--until'")
    ends_at = arguments.moment_if(until, now=now)
    if off:
        actions.stop_telling(slug, now=now)
        sentence = f"'{slug}' is no evergreen any more."
    else:
        actions.keep_telling(slug, ends_at, now=now)
        how_long = f"until {printing.shown(ends_at)}" if ends_at else "for good"
        sentence = f"'{slug}' is an evergreen {how_long}."
    record = _in_full(_story(slug)) | {"is_evergreen": not off, "evergreen_until": ends_at}
    printing.say(sentence, record, as_json=as_json)


def _manuscript(source: str) -> Manuscript:
    zone = arguments.newsroom_zone()
    if source == "-":
        content = sys.stdin.buffer.read(_MOST_OCTETS)
        return files.parse(content, files.Origin("standard input", zone))
    if "://" in source:
        return pages.read(source)
    return files.read(Path(source), zone=zone)


def _story(slug: str) -> Story:
    story = queries.any_by_slug(slug, clock.now())
    if story is None:
        raise Refused(f"There is no article {slug!r}; 'publisher articles list' shows them all.")
    return story


def _in_short(article: Teaser) -> Record:
    return {
        "id": article.id,
        "slug": article.slug,
        "state": article.state,
        "due_at": article.published_at,
        "section": article.section,
        "title": article.title,
    }


def _in_full(article: Story) -> dict[str, object]:
    return {
        **_in_short(article),
        "standfirst": article.standfirst,
        "authors": article.authors,
        "tags": article.tags,
        "embargo_until": article.embargo_until,
        "image": article.image,
        "video": article.video,
        "source": article.source,
        "canonical_url": article.canonical_url,
        "language": article.language,
    }
