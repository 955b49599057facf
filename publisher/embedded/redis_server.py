"""Our own Redis: one that only the user who started it can reach, through a socket."""

from collections.abc import Callable

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from publisher.embedded import binaries, folders
from publisher.embedded.places import Places
from publisher.embedded.program import Program

NAME = "redis"
_ANSWER_SECONDS = 1


def prepare(places: Places, _log: Callable[[str], None]) -> Program:
    """Make what a start needs, and return what to run."""
    server = binaries.redis()
    # No flavour reads the files of a newer one or of another kind. A change of server begins with
    # an empty queue, which costs nothing: the rows know what is due.
    data = places.redis / server.flavour
    folders.private(places.redis)
    folders.private(data)
    options = {
        "port": "0",
        "unixsocket": str(places.redis_socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Program(
        NAME,
        [str(server.path), *words],
        binaries.ENVIRONMENT,
        ready=lambda: answers(places),
        directory=data,
    )


def answers(places: Places) -> bool:
    """Tell whether the queue can be used at this moment."""
    client = redis.Redis(
        unix_socket_path=str(places.redis_socket),
        socket_timeout=_ANSWER_SECONDS,
        socket_connect_timeout=_ANSWER_SECONDS,
        # Whoever asks will ask again; the client's own patience would hide the answer for seconds.
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
