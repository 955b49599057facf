"""What a worker tells its heir while it lives: which files and lines there are to inherit.

It is told over a socket pair, with the file descriptors themselves (SCM_RIGHTS). What was said to
an heir that is still starting waits there, even for longer than the worker lives.
"""

import os
import socket
import struct
from enum import IntEnum

# What it is, and a page's number. All have one length, so that a stream keeps them apart.
_CLAUSE = struct.Struct("!BH")


class Clause(IntEnum):
    """A thing to be told; the first three come with a file descriptor."""

    ESTATE = 1
    JOURNAL = 2
    LINE = 3
    JOURNAL_ENDED = 4
    LINE_ENDED = 5


def tell(heir: socket.socket, clause: Clause, number: int = 0, fd: int | None = None) -> None:
    """Add a clause; raises OSError where nobody listens, or takes it at once."""
    socket.send_fds(heir, [_CLAUSE.pack(clause, number)], [] if fd is None else [fd])


def hear(worker: socket.socket) -> tuple[Clause, int, int] | None:
    """Wait for the next clause; return it with its number and descriptor (-1), None at the end."""
    octets, fds, _, _ = socket.recv_fds(worker, _CLAUSE.size, 1)
    if not octets:
        return None
    clause, number = _CLAUSE.unpack(octets)
    return Clause(clause), number, fds[0] if fds else -1


def close(fd: int) -> None:
    """Close what was inherited; -1 is nothing."""
    if fd >= 0:
        os.close(fd)
