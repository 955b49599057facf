"""Ports of this machine on which nobody listens at the moment."""

import socket
from contextlib import ExitStack


def free(count: int) -> list[int]:
    """Return so many different ones."""
    with ExitStack() as stack:
        listeners = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [listener.getsockname()[1] for listener in listeners]
