"""`publisher posts`: what goes out on social networks, and when."""

from typing import Annotated

import typer

from publisher import clock
from publisher.cli import arguments, engines, printing
from publisher.cli.arguments import At, Limit, Number
from publisher.cli.printing import AsJson, Record
from publisher.errors import Refused
from publisher.social import kinds, posts, queries
from publisher.social.posts import Plan
from publisher.social.queries import PostLine

app = typer.Typer(no_args_is_help=True, help="What goes out on social networks, and when.")
Account = Annotated[str, typer.Argument(metavar="ACCOUNT")]
Article = Annotated[str, typer.Option("--article", metavar="SLUG")]
Words = Annotated[
    str, typer.Option("--text", help="Unset: what the template makes of the article.")
]


Variant = Annotated[
    str,
    typer.Option(
        "--variant", metavar="KIND", help=f"{', '.join(kinds.KINDS)}. Unset: what is still unsaid."
    ),
]
Warn = Annotated[str, typer.Option("--warning", help="What the post is hidden behind at first.")]
Breaking = Annotated[bool, typer.Option("--breaking", help="It goes before all others.")]
Linked = Annotated[bool, typer.Option("--link/--no-link", help="X charges less without one.")]


@app.command()
@engines.needed
def create(  # an option for each thing that a post is made of
    account: Account,
    *,
    article: Article = "",
    text: Words = "",
    variant: Variant = "",
    warning: Warn = "",
    breaking: Breaking = False,
    link: Linked = True,
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Write a post, and with a time schedule it; prints its id."""
    now = clock.now()
    plan = Plan(
        account,
        article,
        text,
        variant=variant,
        warning=warning,
        is_breaking=breaking,
        has_link=link,
    )
    post_id = posts.create(plan, by=None, now=now, due_at=arguments.moment_if(at, now=now))
    printing.made(_record(post_id), "id", as_json=as_json)


@app.command()
@engines.needed
def preview(
    account: Account,
    *,
    article: Article = "",
    text: Words = "",
    variant: Variant = "",
    breaking: Breaking = False,
    link: Linked = True,
    as_json: AsJson = False,
) -> None:
    """Print what `create` would post, and make nothing."""
    plan = Plan(account, article, text, variant=variant, is_breaking=breaking, has_link=link)
    draft = posts.compose(plan)
    record = {
        "account": account,
        "text": draft.text,
        "parts": list(draft.parts),
        "variant": draft.variant,
        "link": draft.link,
        "length": max(queries.counted(account, part).length for part in draft.parts),
    }
    printing.say(draft.text, record, as_json=as_json)


@app.command("list")
@engines.needed
def list_(*, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List posts: those without a time first, then the latest."""
    columns = ("id", "account", "state", "due_at", "text", "reason")
    printing.many(map(_as_record, queries.posts(limit=limit)), columns, as_json=as_json)


@app.command()
@engines.needed
def show(post_id: Number, *, as_json: AsJson = False) -> None:
    """Show a post with what became of it."""
    printing.one(_record(post_id), as_json=as_json)


@app.command()
@engines.needed
def approve(post_id: Number, *, as_json: AsJson = False) -> None:
    """Approve a post; where the time it is wanted is ahead, that schedules it."""
    posts.approve(post_id, by=None, now=clock.now())
    _tell(post_id, as_json=as_json)


@app.command()
@engines.needed
def schedule(post_id: Number, *, at: At = "", as_json: AsJson = False) -> None:
    """Let a post go out at a time; unset: the one at which it is wanted already."""
    now = clock.now()
    due_at = arguments.moment_if(at, now=now) or queries.post(post_id).due_at
    if due_at is None:
        raise Refused(f"Nobody has said when post {post_id} is wanted; say it with --at.")
    posts.schedule(post_id, due_at, by=None, now=now)
    _tell(post_id, as_json=as_json)


@app.command()
@engines.needed
def cancel(post_id: Number, *, as_json: AsJson = False) -> None:
    """Let a post never go out."""
    posts.cancel(post_id, by=None, now=clock.now())
    _tell(post_id, as_json=as_json)


@app.command()
@engines.needed
def settle(
    post_id: Number,
    *,
    posted: Annotated[
        bool, typer.Option("--posted/--again", help="It is on the network, or it is not.")
    ],
    network_id: Annotated[
        str, typer.Option("--id", help="What the network calls it; the rest of a thread needs it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say what became of a post in doubt, after a look at the account."""
    posts.mark(post_id, posted=posted, network_id=network_id, by=None, now=clock.now())
    _tell(post_id, as_json=as_json)


@app.command()
@engines.needed
def delete(post_id: Number, *, as_json: AsJson = False) -> None:
    """Take a post back from its network; a thread with all of its parts."""
    posts.delete(post_id, by=None, now=clock.now())
    _tell(post_id, as_json=as_json)


@app.command()
@engines.needed
def replace(
    post_id: Number,
    *,
    text: Annotated[str, typer.Option("--text", help="What is to stand there instead.")],
    as_json: AsJson = False,
) -> None:
    """Delete a post and let another one take its place; prints the new one's id."""
    new = posts.replace(post_id, text, by=None, now=clock.now())
    printing.made(_record(new), "id", as_json=as_json)


def _tell(post_id: int, *, as_json: bool) -> None:
    record = _record(post_id)
    when = f" for {printing.shown(record['due_at'])}" if record["state"] == "scheduled" else ""
    state = "being deleted" if record["state"] == "deleting" else record["state"]
    printing.say(f"Post {post_id} is {state}{when}.", record, as_json=as_json)


def _record(post_id: int) -> Record:
    return _as_record(queries.post(post_id))


def _as_record(post: PostLine) -> Record:
    return {
        "id": post.id,
        "account": post.account,
        "network": post.network,
        "state": post.state,
        "due_at": post.due_at,
        "posted_at": post.posted_at,
        "url": post.url,
        "reason": post.reason,
        "article": post.article_slug,
        "text": post.text,
        "length": post.length,
    }
