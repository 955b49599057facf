"""`publisher up`: the whole newsroom on this machine, supervised, until Ctrl-C."""

from typing import Annotated
from urllib.parse import urlsplit

import redis
import typer
from django.conf import settings

from publisher import pulse
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
        if trouble := redis_trouble():
            lines.write(trouble)
        Supervisor(stages, pids=settings.PLACES.pids).run()


def redis_trouble() -> str:
    """Return why somebody else's Redis cannot be used, "" where it can; takes a few seconds.

    The workers say nothing of it and try again for ever, so whoever starts them has to.
    """
    split = urlsplit(settings.REDIS_URL)
    # Sentinels are asked by Celery alone, which knows their protocol.
    if settings.EMBEDDED_REDIS or split.scheme == "sentinel":
        return ""
    try:
        pulse.client().ping()
    except redis.RedisError as error:
        # Without the password.
        where = f"{split.scheme}://{split.netloc.rpartition('@')[2]}{split.path}"
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        return (
            f"Redis at {where} does not answer ({said.rstrip('.')}); start it or correct REDIS_URL."
            " Nothing leaves until then, and it is tried again all the time."
        )
    return ""


def _where_to_look(layout: Layout) -> list[str]:
    mailbox = f"mailbox  {programs.sandbox_url()}/"
    return [
        "Publisher is starting; Ctrl-C drains and stops it.",
        f"site     {layout.base_url}/",
        f"desk     {layout.base_url}/desk/",
        *([mailbox] if layout.has_sandbox else []),
    ]
