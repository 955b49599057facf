"""`publisher editions`: what is mailed of a newsletter, and when."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Annotated

import typer

from publisher import clock
from publisher.articles import queries as articles
from publisher.cli import arguments, engines, moments, printing
from publisher.cli.arguments import At, Limit, Number
from publisher.cli.printing import AsJson, Record
from publisher.delivery import figures
from publisher.errors import Refused
from publisher.newsletters import delays, editions, previews, queries
from publisher.newsletters.editions import Manner, Plan
from publisher.newsletters.queries import Issue

Breaking = Annotated[
    bool | None,
    typer.Option("--breaking/--not-breaking", help="Before all others.", show_default=False),
]
Spread = Annotated[
    str, typer.Option("--spread", metavar="SPAN", help="Over how long, such as 2h; 0m: at once.")
]
AcceptClipping = Annotated[
    bool, typer.Option("--accept-clipping", help="Even though Gmail will cut it off.")
]

app = typer.Typer(no_args_is_help=True, help="What is mailed of a newsletter, and when.")


@app.command()
@engines.needed
def create(
    newsletter: Annotated[str, typer.Argument(metavar="NEWSLETTER")],
    *,
    article: Annotated[list[str], typer.Option("--article", metavar="SLUG")],
    subject: Annotated[str, typer.Option("--subject", help="Unset: the first title.")] = "",
    preheader: Annotated[str, typer.Option("--preheader")] = "",
    at: At = "",
    breaking: Breaking = None,
    spread: Spread = "",
    accept_clipping: AcceptClipping = False,
    as_json: AsJson = False,
) -> None:
    """Begin an edition, and with a time schedule it; prints its id."""
    now = clock.now()
    manner = _manner(spread, breaking=breaking, accept_clipping=accept_clipping)
    plan = Plan(tuple(map(_article_id, article)), subject, preheader, manner)
    edition_id = editions.create(
        queries.newsletter(newsletter).id,
        plan,
        by=None,
        now=now,
        due_at=arguments.moment_if(at, now=now),
    )
    printing.made(_record(edition_id), "id", as_json=as_json)


@app.command("list")
@engines.needed
def list_(
    *,
    newsletter: Annotated[str, typer.Option("--newsletter", metavar="SLUG")] = "",
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List editions, the latest first."""
    found = queries.editions(newsletter=newsletter or None, limit=limit)
    columns = ("id", "newsletter", "state", "due_at", "recipients", "counts", "subject")
    printing.many(map(_as_record, found), columns, as_json=as_json)


@app.command()
@engines.needed
def show(edition_id: Number, *, as_json: AsJson = False) -> None:
    """Show an edition with what became of its mails, and what came back."""
    issue = queries.edition(edition_id)
    returned = figures.of_mailing(issue.mailing_id)
    tallies = [asdict(tally) for tally in returned.tallies]
    record = dict(_as_record(issue))
    record |= {"complaints": returned.complaints, "bounces": returned.bounces}
    waits = delays.of_edition(issue, now=clock.now())
    missed = [asdict(each) for each in figures.missed(issue.mailing_id)]
    if as_json:
        told = [asdict(each) for each in waits]
        printing.one(record | {"delays": told, "missed": missed, "returned": tallies}, as_json=True)
        return
    printing.one(record | {"delays": [each.sentence for each in waits]}, as_json=False)
    if missed:
        printing.many(missed, ("readers", "state", "reason"), as_json=False)
    if tallies:
        printing.many(tallies, ("mails", "kind", "words", "reason"), as_json=False)


@app.command()
@engines.needed
def preview(
    edition_id: Number,
    *,
    html: Annotated[bool, typer.Option("--html", help="The HTML part.")] = False,
    text: Annotated[bool, typer.Option("--text", help="The plain text.")] = False,
    eml: Annotated[bool, typer.Option("--eml", help="The whole mail.")] = False,
    subscriber: Annotated[
        str, typer.Option("--subscriber", metavar="EMAIL", help="As this reader gets it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Print an edition as it will leave; plain text unless another form is asked for."""
    if html + text + eml > 1:
        raise typer.BadParameter("choose one of them", param_hint="'--html' / '--text' / '--eml'")
    form = "html" if html else "eml" if eml else "text"
    content = _FORMS[form](edition_id, subscriber or None)
    if as_json:
        words = content.decode() if isinstance(content, bytes) else content
        printing.one({"id": edition_id, form: words}, as_json=True)
    else:
        sys.stdout.buffer.write(content if isinstance(content, bytes) else content.encode())


@app.command("test")
@engines.needed
def send_test(
    edition_id: Number,
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    *,
    as_json: AsJson = False,
) -> None:
    """Mail an edition to one address, ahead of everything else."""
    editions.test(edition_id, email, by=None, now=clock.now())
    sentence = f"Edition {edition_id} is on its way to {email}."
    printing.say(sentence, _record(edition_id), as_json=as_json)


@app.command()
@engines.needed
def submit(edition_id: Number, *, as_json: AsJson = False) -> None:
    """Ask for an edition to be approved."""
    editions.submit(edition_id, by=None, now=clock.now())
    _tell(edition_id, as_json=as_json)


@app.command()
@engines.needed
def approve(
    edition_id: Number, *, accept_clipping: AcceptClipping = False, as_json: AsJson = False
) -> None:
    """Approve an edition; where the time it is wanted is ahead, that schedules it."""
    manner = _manner("", breaking=None, accept_clipping=accept_clipping)
    editions.approve(edition_id, by=None, now=clock.now(), manner=manner)
    _tell(edition_id, as_json=as_json)


@app.command()
@engines.needed
def schedule(
    edition_id: Number,
    *,
    at: At = "",
    breaking: Breaking = None,
    spread: Spread = "",
    accept_clipping: AcceptClipping = False,
    as_json: AsJson = False,
) -> None:
    """Let an edition go out at a time; unset: the one at which it is wanted already."""
    now = clock.now()
    due_at = arguments.moment_if(at, now=now) or queries.edition(edition_id).due_at
    if due_at is None:
        raise Refused(f"Nobody has said when edition {edition_id} is wanted; say it with --at.")
    manner = _manner(spread, breaking=breaking, accept_clipping=accept_clipping)
    editions.schedule(edition_id, due_at, by=None, now=now, manner=manner)
    _tell(edition_id, as_json=as_json)


@app.command()
@engines.needed
def pause(edition_id: Number, *, as_json: AsJson = False) -> None:
    """Let no more of an edition leave until it is resumed."""
    editions.pause(edition_id, by=None, now=clock.now())
    _tell(edition_id, as_json=as_json)


@app.command()
@engines.needed
def resume(edition_id: Number, *, as_json: AsJson = False) -> None:
    """Let a paused edition go on."""
    editions.resume(edition_id, by=None, now=clock.now())
    _tell(edition_id, as_json=as_json)


@app.command()
@engines.needed
def cancel(edition_id: Number, *, as_json: AsJson = False) -> None:
    """Let nothing more of an edition leave, ever."""
    editions.cancel(edition_id, by=None, now=clock.now())
    _tell(edition_id, as_json=as_json)


_FORMS: Mapping[str, Callable[[int, str | None], str | bytes]] = MappingProxyType(
    {"html": previews.html, "text": previews.text, "eml": previews.eml}
)


def _article_id(slug: str) -> int:
    article = articles.any_by_slug(slug, clock.now())
    if article is None:
        raise Refused(f"There is no article {slug!r}; 'publisher articles list' shows them all.")
    return article.id


def _manner(spread: str, *, breaking: bool | None, accept_clipping: bool) -> Manner:
    return Manner(
        breaking=breaking,
        spread=moments.span(spread) if spread else None,
        clipping_accepted=True if accept_clipping else None,
    )


def _tell(edition_id: int, *, as_json: bool) -> None:
    record = _record(edition_id)
    when = f" for {printing.shown(record['due_at'])}" if record["state"] == "scheduled" else ""
    sentence = f"Edition {edition_id} is {record['state']}{when}."
    printing.say(sentence, record, as_json=as_json)


def _record(edition_id: int) -> Record:
    return _as_record(queries.edition(edition_id))


def _as_record(issue: Issue) -> Record:
    return {
        "id": issue.id,
        "newsletter": issue.newsletter_slug,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "state": issue.state,
        "due_at": issue.due_at,
        "started_at": issue.started_at,
        "finished_at": issue.finished_at,
        "articles": [slug for slug, _ in issue.articles],
        "recipients": issue.recipients,
        "counts": issue.counts,
        "problem": issue.problem,
        "needs_decision": issue.asks,
        "breaking": issue.breaking,
        "spread": moments.spelled(issue.spread),
        "warnings": list(issue.warnings),
    }
