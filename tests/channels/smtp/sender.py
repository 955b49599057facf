"""A program that mails readers 1, 2, 3 … by a port, with an heir and a journal, until it is killed.

Its arguments: the port, the journal, how many readers, how many connections; then the key of the
outcome that it dies before writing down, if any.
"""

import asyncio
import fcntl
import os
import signal
import sys
from pathlib import Path

from publisher.channels.smtp import Heir, Outcome, Relay, RelayUrl
from publisher.channels.smtp.outcomes import from_lines, to_line
from tests.channels.smtp.servers import envelopes


def in_full(journal: Path) -> list[Outcome]:
    """Return what is in a journal once the heir has let go of it."""
    with journal.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return list(from_lines(file.read()))


def main() -> None:
    """Send."""
    port, name, readers, connections, *last = sys.argv[1:]
    heir = Heir()
    relay = Relay(RelayUrl("127.0.0.1", int(port), connections=int(connections)), heir=heir)
    with Path(name).open("wb", buffering=0) as journal, heir.entrusted(journal.fileno()):
        fcntl.flock(journal, fcntl.LOCK_EX)

        def write_down(outcome: Outcome) -> None:
            if str(outcome.key) in last:
                os.kill(os.getpid(), signal.SIGKILL)
            journal.write(to_line(outcome))

        asyncio.run(
            relay.send(
                iter(envelopes(int(readers))),
                on_outcome=write_down,
                on_doubt=lambda _: None,
                may_send=lambda: True,
            )
        )


if __name__ == "__main__":
    main()
