"""What `publisher up` runs besides the engines: every one of our own processes, stage by stage."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from django.conf import settings

from publisher import env
from publisher.channels import lmtp
from publisher.cli import engines
from publisher.embedded import forked, ports
from publisher.embedded.engines import Engines
from publisher.embedded.program import Program
from publisher.errors import Refused

HOST = "127.0.0.1"
_CORES = os.cpu_count() or 1
# A sender fills a core with one event loop; PostgreSQL and the server that takes the mail need as
# much again. Two send a third more than one even on two cores: while the one speaks with the
# database, Python's lock keeps nobody from the other's connections.
MAIL_WORKERS = max(2, _CORES // 2)
_WEB_WORKERS = min(2, _CORES)
_ASK_SECONDS = 1.0
# Who runs `up` as root knows it; five workers need not say so in eight lines each.
_ROOT_WARNING = "You're running the worker with superuser privileges"
# What our processes need, read once for all of them; the first one sets Django up.
_SHARED = (
    *("publisher.wsgi", "publisher.urls", "publisher.cli.migrate", "publisher.cli.bounces"),
    *("publisher.sandbox.serving", "workers.preload"),
    *("gunicorn.app.wsgiapp", "gunicorn.glogging", "gunicorn.workers.gthread"),
)
# Elsewhere the system's own libraries do not stand a fork.
_FORKS = sys.platform == "linux"
# Less than the 20 seconds after which the supervisor kills.
_WEB_STOP_SECONDS = 15


@dataclass(frozen=True)
class Layout:
    """One machine's newsroom: the port of its web server, and how many senders of mail it has.

    `demo` is the file with the keys that the stand-in for X takes; None runs no stand-in.
    """

    port: int
    mail_workers: int = MAIL_WORKERS
    demo: Path | None = None

    @property
    def base_url(self) -> str:
        """Where links lead: to the port, unless PUBLISHER_BASE_URL says otherwise."""
        return env.text("PUBLISHER_BASE_URL", f"http://{HOST}:{self.port}").rstrip("/")

    @property
    def has_sandbox(self) -> bool:
        """Whether a mailbox or a stand-in of our own takes what leaves."""
        return self.demo is not None or not settings.PUBLISHER_SMTP_URL

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process."""
        known = {
            "PUBLISHER_BASE_URL": self.base_url,
            "PYTHONUNBUFFERED": "1",
            # What Django checks is the code, as `make check` does; every worker would do it anew.
            "CELERY_SKIP_CHECKS": "1",
            "PYTHONWARNINGS": f"ignore:{_ROOT_WARNING}",
        }
        if self.demo:
            known["PUBLISHER_X_API_URL"] = stand_in_url()
        return env.anywhere(env.with_defaults(known)) | {
            "PUBLISHER_HOME": str(settings.PLACES.home)
        }


def sandbox_url() -> str:
    """Return the address of the built-in mailbox's page."""
    return f"http://{HOST}:{settings.PUBLISHER_SANDBOX_WEB_PORT}"


def stand_in_url() -> str:
    """Return the base of the built-in stand-in for X's API."""
    return f"{sandbox_url()}/x"


@contextmanager
def claimed(layout: Layout) -> Iterator[list[list[Program]]]:
    """Hold the home and give out every stage, engines first; raises Refused for a taken port."""
    places = settings.PLACES
    # What a killed `up` left running still listens; then the ports are free only once it is ended.
    if not any(places.pids.glob("*.json")):
        _require_ports(layout)
    # Where somebody else runs the engines, the home is held all the same: for the other processes.
    with Engines(places, engines.ours()).claimed() as first:
        _require_ports(layout)
        places.base_url.write_text(layout.base_url)
        yield [[*first, *_nursery(layout.environment)], *_stages(layout, layout.environment)]


def _require_ports(layout: Layout) -> None:
    _require_port(layout.port, "the web server", "--port")
    if layout.has_sandbox:
        smtp, web = settings.PUBLISHER_SANDBOX_SMTP_PORT, settings.PUBLISHER_SANDBOX_WEB_PORT
        _require_port(smtp, "the built-in mailbox", "PUBLISHER_SANDBOX_SMTP_PORT")
        _require_port(web, "the built-in mailbox", "PUBLISHER_SANDBOX_WEB_PORT")
    if url := settings.PUBLISHER_BOUNCES_LISTEN:
        port = lmtp.parse(url).port
        _require_port(port, "the listener for returned mail", "PUBLISHER_BOUNCES_LISTEN")


def _require_port(port: int, what: str, knob: str) -> None:
    try:
        ports.require_free(HOST, port, what)
    except Refused as refusal:
        raise Refused(str(refusal).replace("--port", knob)) from refusal


def _stages(layout: Layout, environment: Mapping[str, str]) -> Iterator[list[Program]]:
    # The world outside stays until the last of us has gone.
    if layout.has_sandbox:
        yield [_sandbox(layout, environment)]
    migrate = [sys.executable, "-m", "publisher", "migrate"]
    yield [_program("migrate", migrate, environment, once=True)]
    # A person waits for the pages, and nobody for the workers: what is due keeps.
    yield [_web(layout, environment)]
    yield [*_workers(layout, environment), _beat(environment), *_listeners(environment)]


def _nursery(environment: Mapping[str, str]) -> Iterator[Program]:
    if _FORKS:
        path = settings.PLACES.nursery_socket
        argv = [sys.executable, "-m", "publisher.embedded.nursery", str(path), *_SHARED]
        yield Program(
            "nursery", argv, environment, partial(forked.answers, path), directory=settings.ROOT
        )


def _sandbox(layout: Layout, environment: Mapping[str, str]) -> Program:
    accounts = ["--x", str(layout.demo)] if layout.demo else []
    argv = [sys.executable, "-m", "publisher.sandbox", *accounts]
    return _program("sandbox", argv, environment, partial(_answers, f"{sandbox_url()}/"))


def _workers(layout: Layout, environment: Mapping[str, str]) -> Iterator[Program]:
    one_by_one = ("-P", "solo")
    yield _worker("dispatch", "dispatch", one_by_one, environment)
    yield _worker("urgent", "urgent", one_by_one, environment)
    yield _worker("breaking", "breaking", one_by_one, environment)
    for number in range(1, layout.mail_workers + 1):
        yield _worker(f"mail-{number}", "bulk", one_by_one, environment)
    yield _worker("posts", "posts,intake,addressing", ("-P", "threads", "-c", "4"), environment)


def _worker(
    name: str, queues: str, pool: tuple[str, ...], environment: Mapping[str, str]
) -> Program:
    argv = [
        *_celery("worker"),
        *("-n", f"{name}@%h", "-Q", queues, *pool),
        # Workers have nothing to tell each other: the rows say who does what.
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    return _program(name, argv, environment)


def _beat(environment: Mapping[str, str]) -> Program:
    return _program("beat", _celery("beat"), environment)


def _listeners(environment: Mapping[str, str]) -> Iterator[Program]:
    if settings.PUBLISHER_BOUNCES_LISTEN:
        argv = [sys.executable, "-m", "publisher", "bounces", "listen"]
        yield _program("bounces", argv, environment)


def _celery(command: str) -> list[str]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "workers.app"]
    return [*celery, command, "--loglevel", "warning"]


def _web(layout: Layout, environment: Mapping[str, str]) -> Program:
    argv = [
        *(sys.executable, "-m", "gunicorn", "publisher.wsgi"),
        *("--bind", f"{HOST}:{layout.port}", "--worker-class", "gthread"),
        *("--workers", str(_WEB_WORKERS), "--threads", "8"),
        # Read once for all workers: half of the start is reading code.
        *("--preload", "--graceful-timeout", str(_WEB_STOP_SECONDS)),
        *("--log-level", "warning", "--no-control-socket"),
    ]
    ready = partial(_answers, f"http://{HOST}:{layout.port}/healthz")
    return _program("web", argv, environment, ready)


def _program(
    name: str,
    argv: list[str],
    environment: Mapping[str, str],
    ready: Callable[[], bool] | None = None,
    *,
    once: bool = False,
) -> Program:
    return Program(
        name,
        argv,
        environment,
        ready,
        # `python -m`, Celery and gunicorn import from the folder that they run in before anything
        # else, and the one that somebody types the command in may well hold a `publisher` or
        # `workers` of its own.
        directory=settings.ROOT,
        once=once,
        nursery=settings.PLACES.nursery_socket if _FORKS else None,
    )


def _answers(url: str) -> bool:
    try:
        # No proxy of this machine's owner knows the way to it.
        httpx.get(url, timeout=_ASK_SECONDS, trust_env=False)
    except httpx.HTTPError:
        return False
    return True
