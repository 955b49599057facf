"""A shift: a worker takes batches of a lane, one after the other, for as long as there are any.

Several rounds overlap, so that no connection waits for the database: while one batch leaves, the
next one's letters are read and the last one's outcomes are noted.
"""

import asyncio
import threading
import time
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings

from publisher import wiring
from publisher.delivery import actions, journal, loops, relays
from publisher.delivery.actions import Hold
from publisher.delivery.loops import in_thread, wait_for_all
from publisher.delivery.pacing import Pacing
from publisher.delivery.parcels import Parcel, parcel
from publisher.delivery.rounds import Round, Surroundings
from publisher.delivery.watching import Watch

# After this long a worker asks its queue again; until then its journal grows.
_SHIFT_SECONDS = 10.0
_ROUNDS = loops.THREADS
# How often who has nothing to do looks again, while others are still at work.
_ASK_AGAIN_SECONDS = 0.1
_draining = threading.Event()


def send_batch(batch_id: int, *, now: datetime) -> bool:
    """Send what is left of a claimed batch, and then what else is due in its lane.

    Does nothing where somebody else has taken the batch, and returns False: whoever is awake takes
    several. What comes back is written on the rows: nothing is raised for a relay that is down or
    refuses.
    """
    asked_at = time.monotonic()
    held = actions.take(batch_id, now=now)
    if held is None:
        return False
    recover_journals(now=now)
    with (
        journal.keep(settings.PLACES.journal) as book,
        wiring.heir().entrusted(book.fileno()),
    ):
        loops.run(Shift(book, now, asked_at).work(held))
    return True


def recover_journals(*, now: datetime) -> None:
    """Write to the ledger what workers of this host were told before they died."""
    with journal.orphans(settings.PLACES.journal) as outcomes:
        actions.recover(outcomes, now=now)


def drain() -> None:
    """Finish and note what is in flight, give the rest back, take no more: the process is to end.

    Returns at once; called by a signal.
    """
    _draining.set()


class Shift:
    """One worker's rounds: as many at a time as there are threads to read and note for them.

    `begun` is when it was `now`, by the monotonic clock.
    """

    def __init__(self, book: journal.Journal, now: datetime, begun: float) -> None:
        self._now = now
        self._begun = begun
        self._around = Surroundings(self._moment, book, Pacing(self._moment), _draining)
        self._parcels: dict[int, asyncio.Future[Parcel]] = {}
        self._under_way = 0

    async def work(self, first: Hold) -> None:
        """Send the first batch, and others of its lane until none is due or the shift is over."""
        # Before any letters are read: what is decided after that is heard, or was seen in them.
        await in_thread(watch().begin)
        others = (self._follow(first.lane) for _ in range(_ROUNDS - 1))
        supplying = asyncio.create_task(self._around.pacing.keep_supplied())
        try:
            await wait_for_all(self._begin(first), *others)
        finally:
            supplying.cancel()
            await asyncio.wait([supplying])
            await self._around.pacing.close()

    async def _begin(self, first: Hold) -> None:
        await self._round(first, self._begun)
        await self._follow(first.lane)

    async def _follow(self, lane: str) -> None:
        while time.monotonic() - self._begun < _SHIFT_SECONDS and not _draining.is_set():
            # A worker that is frozen while it asks may be told of a lease that has run out since.
            asked_at = time.monotonic()
            held = await in_thread(actions.take_next, lane, now=self._moment())
            if held:
                await self._round(held, asked_at)
            elif self._under_way:
                # The next readers are being addressed, it may be.
                await asyncio.sleep(_ASK_AGAIN_SECONDS)
            else:
                return

    async def _round(self, held: Hold, asked_at: float) -> None:
        self._under_way += 1
        try:
            load = await self._parcel(held.mailing_id)
            one = Round(held, load, self._around, asked_at)
            with watch().told(one):
                await one.send(relays.remembered(load.route))
        finally:
            self._under_way -= 1

    async def _parcel(self, mailing_id: int) -> Parcel:
        if mailing_id not in self._parcels:
            making = asyncio.ensure_future(in_thread(parcel, mailing_id))
            self._parcels[mailing_id] = making
        return await self._parcels[mailing_id]

    def _moment(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._begun)


@cache
def watch() -> Watch:
    """Return what tells this process's rounds to stop."""
    return Watch()
