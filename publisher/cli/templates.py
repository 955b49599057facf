"""`publisher templates`: how posts are worded."""

from pathlib import Path
from typing import Annotated

import typer

from publisher import clock
from publisher.cli import arguments, engines, printing
from publisher.cli.arguments import Number
from publisher.cli.printing import AsJson, Record
from publisher.social import kinds, posts, templates
from publisher.social.drafting import Draft
from publisher.social.templates import TemplateLine, Wish

app = typer.Typer(no_args_is_help=True, help="How posts are worded.")
_KINDS = ", ".join(kinds.KINDS)
File = Annotated[Path, typer.Argument(metavar="FILE")]
Kind = Annotated[str, typer.Argument(metavar="KIND", help=f"One of {_KINDS}.")]
Names = Annotated[list[str] | None, typer.Option(help="May be given several times.")]


@app.command()
@engines.needed
def add(  # an option for each thing that a template may be for
    kind: Kind,
    file: File,
    *,
    account: Annotated[str, typer.Option("--account", help="Unset: for all accounts.")] = "",
    network: Annotated[str, typer.Option("--network", help="Unset: for all networks.")] = "",
    section: Names = None,
    tag: Names = None,
    author: Names = None,
    as_json: AsJson = False,
) -> None:
    """Keep a template, for all articles or for those of a section, tag or author; prints its id."""
    wish = Wish(
        kind,
        arguments.words_in(file),
        account=account,
        network=network,
        sections=section or (),
        tags=tag or (),
        authors=author or (),
    )
    template_id = templates.add(wish, now=clock.now())
    line = next(each for each in templates.listed() if each.id == template_id)
    printing.made(_record(line), "id", as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, as_json: AsJson = False) -> None:
    """List the templates that are kept; where there is none, posts are worded by ours."""
    columns = ("id", "kind", "account", "network", "for", "template")
    printing.many(map(_record, templates.listed()), columns, as_json=as_json)


@app.command()
@engines.needed
def remove(template_id: Number, *, as_json: AsJson = False) -> None:
    """Forget a template; what it has worded stays as it is."""
    templates.remove(template_id, now=clock.now())
    sentence = f"Template {template_id} words no more posts."
    printing.say(sentence, {"id": template_id, "state": "removed"}, as_json=as_json)


@app.command()
@engines.needed
def preview(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT")],
    *,
    article: Annotated[str, typer.Option("--article", metavar="SLUG")],
    file: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help="Unset: every post that is still unsaid."),
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help=f"One of {_KINDS}.")] = kinds.HEADLINE,
    as_json: AsJson = False,
) -> None:
    """Print what templates make of an article on an account, and keep nothing."""
    if file is None:
        drafts = posts.variants(account, article)
    else:
        drafts = [posts.trial(arguments.words_in(file), kind, account, article)]
    printing.several([(_heading(each), _drafted(each)) for each in drafts], as_json=as_json)


def _heading(draft: Draft) -> str:
    return f"── {draft.variant}\n{draft.text}\n"


def _drafted(draft: Draft) -> Record:
    return {"variant": draft.variant, "parts": list(draft.parts), "link": draft.link}


def _record(line: TemplateLine) -> Record:
    return {
        "id": line.id,
        "kind": line.kind,
        "account": line.account,
        "network": line.network,
        "for": line.filters,
        "template": line.source,
    }
