"""The listener for returned mail, run for the time of a test."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from publisher.channels import lmtp
from publisher.channels.lmtp import Door


@contextmanager
def listening(door: Door, scheme: str = "lmtp") -> Iterator[int]:
    """Yield the port on which a door is open."""
    place = lmtp.Place("lmtp" if scheme == "lmtp" else "smtp", "127.0.0.1", 0)
    port: Future[int] = Future()
    ending: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stopping = asyncio.Event()
        ending.set_result((asyncio.get_running_loop(), stopping))
        await lmtp.serve(place, door, stopping, port.set_result)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        yield port.result(10)
    finally:
        loop, stopping = ending.result(10)
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
