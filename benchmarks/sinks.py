"""Mail servers that take everything and keep nothing, and the peer that is measured beside us."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

SESSIONS = 10
_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/bin"


def found(program: str) -> str | None:
    """Return where one of Postfix's test programs is, None where it is not installed."""
    return shutil.which(program, path=_PATH)


def free_port() -> int:
    """Return a port of the loopback that nobody has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def sink(*, wait_ms: int = 0) -> Iterator[int]:
    """Run a sink and yield its port: Postfix's smtp-sink, or our own where it is not installed.

    `wait_ms` makes our own wait that long before it takes a message.
    """
    port = free_port()
    postfix = found("smtp-sink")
    ours = [sys.executable, "-m", "benchmarks.sink", str(port), str(wait_ms)]
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    theirs = [str(postfix), *as_nobody, f"127.0.0.1:{port}", "1000"]
    argv = theirs if postfix and not wait_ms else ours
    process = subprocess.Popen(argv)
    try:
        _await(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def peer(port: int, messages: int, octets: int) -> float | None:
    """Return the messages a second of smtp-source: constant bytes, connections kept, no memory."""
    program = found("smtp-source")
    if program is None:
        return None
    options = ["-d", "-s", str(SESSIONS), "-m", str(messages), "-l", str(octets)]
    begun = time.perf_counter()
    subprocess.run([program, *options, f"127.0.0.1:{port}"], check=True)
    return messages / (time.perf_counter() - begun)


def _await(port: int) -> None:
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                if re.match(rb"220", connection.recv(100)):
                    return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"The sink on port {port} does not answer.")
