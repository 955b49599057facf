"""`python -m tests.embedded.child DO`: what the nursery bears in tests; it says its pid first."""

import os
import signal
import sys


def main(do: str) -> None:
    """Say `waiting` and end at SIGTERM, or end at once with a status."""
    sys.stdout.write(f"{do} {os.getpid()}\n")
    sys.stdout.flush()
    if do == "waiting":
        signal.sigwait({signal.SIGTERM})
        sys.stdout.write("ended\n")
    else:
        sys.exit(int(do))


if __name__ == "__main__":
    # Blocked before it says that it waits, or the signal might come between.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    main(sys.argv[1])
