"""The outside world in one process: mail by SMTP, and over one HTTP port what came of it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from publisher.embedded.places import Places
from publisher.sandbox.mailbox import Mailbox, MailboxServer
from publisher.sandbox.x import XStandIn, serve

HOST = "127.0.0.1"
X_PATH = "/x"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# By access token: consumer key, consumer secret, access token secret, screen name.
Accounts = Mapping[str, tuple[str, str, str, str]]


@contextmanager
def serving(
    places: Places, *, smtp_port: int, web_port: int, accounts: Accounts | None = None
) -> Iterator[str]:
    """Take mail, and posts of `accounts` (None: no stand-in), and yield the address of the page.

    Raises OSError where a port is taken.
    """
    mailbox = Mailbox(places.mailbox, _now)
    with ExitStack() as stack:
        server = MailboxServer(mailbox)
        server.start(HOST, smtp_port)
        stack.callback(server.stop)
        application: Application = mailbox
        if accounts is not None:
            stand_in = XStandIn(places.timeline, accounts, clock=_now)
            stack.callback(stand_in.close)
            application = mounted(mailbox, stand_in)
        yield stack.enter_context(serve(application, host=HOST, port=web_port))


def mounted(mailbox: Application, stand_in: Application) -> Application:
    """Return an application that is the stand-in below `/x` and the mailbox everywhere else."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path != X_PATH and not path.startswith(f"{X_PATH}/"):
            return mailbox(environ, start_response)
        # Where it is mounted belongs to the address that a client signs.
        inside = {"SCRIPT_NAME": X_PATH, "PATH_INFO": path.removeprefix(X_PATH) or "/"}
        return stand_in(environ | inside, start_response)

    return answer


def _now() -> datetime:
    # The outside world has a clock of its own.
    return datetime.fromtimestamp(time.time(), UTC)
