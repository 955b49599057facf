"""`python -m publisher.sandbox`: the mailbox and, with an account, the stand-in for X."""

import argparse
import json
import signal
import sys
from pathlib import Path

from django.conf import settings

from publisher import env
from publisher.sandbox.serving import Accounts, serving

_SCREEN_NAME = "courier"
_STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def main() -> None:
    """Serve until a signal; what came in stays in the home."""
    env.name_settings()
    parser = argparse.ArgumentParser(prog="python -m publisher.sandbox", description=__doc__)
    parser.add_argument("--x", type=Path, metavar="FILE", help="JSON with an account's keys in 'x'")
    file = parser.parse_args().x
    # Before the first thread, so that every one leaves signals to `sigwait`.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
    smtp_port = settings.PUBLISHER_SANDBOX_SMTP_PORT
    web_port = settings.PUBLISHER_SANDBOX_WEB_PORT
    accounts = _accounts(file) if file else None
    try:
        with serving(settings.PLACES, smtp_port=smtp_port, web_port=web_port, accounts=accounts):
            signal.sigwait(_STOP)
    except OSError as error:
        sys.exit(f"The built-in mailbox cannot listen on {smtp_port} and {web_port}: {error}")


def _accounts(file: Path) -> Accounts:
    keys = json.loads(file.read_text())["x"]
    owner = (keys["consumer_key"], keys["consumer_secret"], keys["access_token_secret"])
    return {keys["access_token"]: (*owner, _SCREEN_NAME)}


if __name__ == "__main__":
    main()
