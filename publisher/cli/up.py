"""`publisher up`: the whole newsroom on this machine, supervised, until Ctrl-C."""

from typing import Annotated

import typer
from django.conf import settings

from publisher.cli import programs
from publisher.cli.programs import Layout
from publisher.embedded import lines
from publisher.embedded.supervisor import Supervisor

Port = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="Where the web server listens.")
]


def up(
    *,
    port: Port = 8000,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="How many processes send mail.")
    ] = programs.MAIL_WORKERS,
) -> None:
    """Run everything on this machine, with logs by name; Ctrl-C drains and stops."""
    layout = Layout(port, workers)
    with programs.claimed(layout) as stages:
        for line in _where_to_look(layout):
            lines.write(line)
        Supervisor(stages, pids=settings.PLACES.pids).run()


def _where_to_look(layout: Layout) -> list[str]:
    mailbox = f"mailbox  {programs.sandbox_url()}/"
    return [
        "Publisher is starting; Ctrl-C drains and stops it.",
        f"site     {layout.base_url}/",
        f"desk     {layout.base_url}/desk/",
        *([mailbox] if layout.has_sandbox else []),
    ]
