"""TCP ports on which our own processes are about to listen."""

import errno
import socket

from publisher.errors import Refused


def require_free(host: str, port: int, what: str) -> None:
    """Refuse where `what`, say "the web server", could not listen there at this moment."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise Refused(
            f"{host!r} is no address of this machine, so {what} cannot start: {error.strerror}."
        ) from error
    family, kind, _, _, address = found[0]
    with socket.socket(family, kind) as listener:
        # As every server does: a port whose last connections are still winding down is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise Refused(_sentence(error, host, port, what)) from error


def _sentence(error: OSError, host: str, port: int, what: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken, so {what} cannot start;"
            " end what uses it or choose another with --port."
        )
    return f"Port {port} on {host} cannot be used, so {what} cannot start: {error.strerror}."
