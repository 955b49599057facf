"""The process's own event loop, and the threads in which it works with the database.

The loop keeps the relays' connections from batch to batch; it runs only while somebody is sending.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

import uvloop
from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

# While one reads the next batch's letters, another notes what became of the last one's.
THREADS = 3


def run(coroutine: Coroutine[None, None, T]) -> T:
    """Return what a coroutine returns, run in the loop that the connections belong to."""
    return _loop().run_until_complete(coroutine)


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `call` returns, run in a thread with a database connection of its own."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads(), partial(_connected, call, *args, **kwargs))


async def in_signing_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `call` returns, run beside the loop: OpenSSL signs without Python's lock."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_signing_threads(), partial(call, *args, **kwargs))


async def wait_for_all(*coroutines: Coroutine[None, None, None]) -> None:
    """Await all to their end, and then raise what the first of them raised."""
    ends = await asyncio.gather(*coroutines, return_exceptions=True)
    for end in ends:
        if end:
            raise end


def close() -> None:
    """End the threads with their connections; the next call has new ones."""
    every_thread = threading.Barrier(THREADS)

    def part() -> None:
        every_thread.wait()
        connections.close_all()

    for closing in [_threads().submit(part) for _ in range(THREADS)]:
        closing.result()
    _threads().shutdown()
    _threads.cache_clear()


def _connected(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    # A connection that a restart of the database has cut is of no use to anybody.
    close_old_connections()
    return call(*args, **kwargs)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return uvloop.new_event_loop()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="ledger")


@cache
def _signing_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="signing")
