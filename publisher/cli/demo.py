"""`publisher demo`: everything on this machine, an invented newspaper, and one edition for real."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import connection
from rich.status import Status

from publisher import clock, env, wiring
from publisher.cli import credentials, engines, printing, programs, seeds, showing
from publisher.cli.credentials import EDITOR, Credentials
from publisher.cli.programs import Layout
from publisher.cli.showing import Show
from publisher.cli.up import Port
from publisher.embedded import lines
from publisher.embedded.supervisor import Supervisor, is_unheard
from publisher.errors import Refused

_READY_SECONDS = 60.0
_SENT_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.2
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the job; 0 if all arrived exactly once.")
    ] = False,
    port: Port = 8000,
) -> None:
    """Run everything here with an invented newspaper, and send an edition and a post for real."""
    _require_nobody_outside()
    file = settings.PLACES.home / "demo.json"
    layout = Layout(port, demo=file)
    # The edition is composed in this process, and its links must lead to the port that was chosen.
    settings.PUBLISHER_BASE_URL = layout.base_url
    with _interruptible(), programs.claimed(layout) as stages, _log() as log:
        kept = credentials.kept(file)
        with Supervisor(stages, log=log, pids=settings.PLACES.pids) as supervisor:
            came = _perform(supervisor, kept)
            _tell(layout, kept, came)
            if not once:
                typer.echo("Serving until Ctrl-C.")
                _serve(supervisor)


def _serve(supervisor: Supervisor) -> None:
    """Wait for Ctrl-C, or for a program that had to be given up."""
    # A thread of its own waits: in CPython 3.11 and 3.12 a join that Ctrl-C breaks off takes the
    # supervisor's thread for ended, and everything would be left running.
    with ThreadPoolExecutor(max_workers=1) as waiting:
        try:
            waiting.submit(supervisor.wait).result()
        except KeyboardInterrupt:
            supervisor.stop()


def _require_nobody_outside() -> None:
    """Refuse to bother anybody's real server with an invented newspaper."""
    ours = {
        "PUBLISHER_SMTP_URL": wiring.sandbox_smtp_url(),
        "PUBLISHER_X_API_URL": programs.stand_in_url(),
    }
    for name, url in ours.items():
        if env.text(name, url).rstrip("/") != url:
            raise Refused(f"The demo sends only to its own {url}; unset {name} for it.")


def _perform(supervisor: Supervisor, kept: Credentials) -> showing.Came:
    with _step(f"Starting {', '.join([*engines.titles(), 'workers'])} and web"):
        supervisor.wait_ready(_READY_SECONDS)
    try:
        with _step("Loading the articles and readers of The Harbour Courier"):
            seeds.load(now=clock.now())
            seeds.let_in(kept, now=clock.now())
        show = showing.begin(now=clock.now())
        with _step(f"Sending edition {show.edition_id} and post {show.post_id}") as status:
            _await(show, status)
        return showing.check(show)
    finally:
        # PostgreSQL is about to end.
        connection.close()


def _await(show: Show, status: Status) -> None:
    """Watch until everything is sent; raises Refused where that takes too long."""
    deadline = time.monotonic() + _SENT_SECONDS
    while not (progress := showing.progress(show)).is_over:
        status.update(progress.words)
        if time.monotonic() > deadline:
            raise Refused(f"After {_SENT_SECONDS:g} s: {progress.words}; {_log_file()} says more.")
        time.sleep(_LOOK_EVERY_SECONDS)


def _tell(layout: Layout, kept: Credentials, came: showing.Came) -> None:
    site = layout.base_url
    login = f"{EDITOR}, password {kept.password}"
    rows = [
        {
            "": "mailbox",
            "what came": f"{came.mails} mails, each once",
            "where": f"{programs.sandbox_url()}/",
        },
        {
            "": "timeline",
            "what came": f"{came.posts} post, once",
            "where": f"{programs.stand_in_url()}/",
        },
        {"": "site", "what came": "the edition's articles", "where": f"{site}/"},
        {"": "desk", "what came": login, "where": f"{site}/desk/"},
    ]
    printing.many(rows, ("", "what came", "where"), as_json=False)


@contextmanager
def _step(words: str) -> Iterator[Status]:
    """Show that something is going on and, once it is done, how long it took."""
    console = printing.console()
    begun = time.monotonic()
    with console.status(f"{words} …") as status:
        yield status
    console.print(f"{words}: {time.monotonic() - begun:.1f} s")


@contextmanager
def _log() -> Iterator[Callable[[str], None]]:
    """Give out what writes a line to the demo's log: on the terminal stands what is shown."""
    with _log_file().open("w", encoding="utf-8") as file:
        yield partial(lines.write_to, file)


def _log_file() -> Path:
    return settings.PLACES.logs / "demo.log"


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end it as Ctrl-C does: in order, and with nothing left running."""
    heard = [number for number in _SIGNALS if not is_unheard(number)]
    earlier = {number: signal.signal(number, signal.default_int_handler) for number in heard}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
