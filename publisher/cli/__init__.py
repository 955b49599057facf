"""The command line, a file per noun: parse, call one action or query, print."""

import typer

from publisher.cli import (
    accounts,
    articles,
    bounces,
    demo,
    doctor,
    domains,
    editions,
    feeds,
    mailboxes,
    migrate,
    newsletters,
    posts,
    relays,
    staff,
    subscribers,
    up,
)
from publisher.cli.sentences import Sentences

app = typer.Typer(
    name="publisher",
    cls=Sentences,
    no_args_is_help=True,
    # What gets this far is a bug, and the plain traceback is what its report needs.
    pretty_exceptions_enable=False,
    help="Turns a newsroom's articles into newsletters and posts, on time and exactly once.",
)
app.command()(up.up)
app.command()(demo.demo)
app.command()(doctor.doctor)
app.command()(migrate.migrate)
app.add_typer(articles.app, name="articles")
app.add_typer(feeds.app, name="feeds")
app.add_typer(newsletters.app, name="newsletters")
app.add_typer(domains.app, name="domains")
app.add_typer(subscribers.app, name="subscribers")
app.add_typer(editions.app, name="editions")
app.add_typer(bounces.app, name="bounces")
app.add_typer(mailboxes.app, name="mailboxes")
app.add_typer(relays.app, name="relays")
app.add_typer(accounts.app, name="accounts")
app.add_typer(posts.app, name="posts")
app.add_typer(staff.app, name="staff")
