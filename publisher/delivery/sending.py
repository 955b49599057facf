"""One batch on its way: built as connections ask for it, journaled, and noted in the ledger.

letters ──▶ build ──▶ relay ──▶ answer ──▶ journal (this host's disk) ──▶ ledger (in groups)
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, partial
from typing import ParamSpec, TypeVar

import uvloop
from django.conf import settings

from publisher import links, wiring
from publisher.channels import ChannelError
from publisher.channels.smtp import Envelope, Outcome, Relay
from publisher.delivery import actions, journal, queries
from publisher.delivery.actions import Hold
from publisher.delivery.message import Frozen, Recipient, build
from publisher.delivery.models import Mailing
from publisher.delivery.queries import Letter
from publisher.errors import Refused

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)

# A worker gives the rest of its batch back after this long, so that a shutdown waits no longer.
_SLICE_SECONDS = 10.0
# How often outcomes are noted, the lease extended, and withdrawn readers asked for.
_NOTE_EVERY_SECONDS = 0.2


def send_batch(batch_id: int, *, now: datetime) -> None:
    """Send what is left of a claimed batch; does nothing where somebody else holds it.

    What comes back is written on the rows: nothing is raised for a relay that is down or refuses.
    """
    recover_journals()
    held = actions.take(batch_id, now=now)
    if held is None:
        return
    mailing = queries.mailing(held.mailing_id)
    with (
        journal.keep(settings.PLACES.journal, held) as book,
        wiring.heir().entrusted(book.fileno()),
    ):
        run = _Run(held, mailing, book, now)
        problem = in_loop(run.send(wiring.relay(mailing.lane)))
        actions.finish(held, now=now, problem=problem)


def in_loop(coroutine: Coroutine[None, None, T]) -> T:
    """Return what a relay's coroutine returns, run in the loop that its connections belong to."""
    return _loop().run_until_complete(coroutine)


def recover_journals() -> None:
    """Write to the ledger what workers of this host were told before they died."""
    with journal.orphans(settings.PLACES.journal) as outcomes:
        actions.recover(outcomes)


class _Run:
    """One worker's go at one batch, inside the event loop."""

    def __init__(self, held: Hold, mailing: Mailing, book: journal.Journal, now: datetime) -> None:
        self._held = held
        self._mailing = mailing
        self._book = book
        self._now = now
        self._frozen = Frozen.from_bytes(bytes(mailing.frozen))
        self._unnoted: list[Outcome] = []
        self._withdrawn: dict[int, str] = {}
        self._stop_at = time.monotonic() + _SLICE_SECONDS
        # By the monotonic clock, which runs on while a worker is frozen: a worker that wakes after
        # its lease has run out sends nothing that another took over.
        self._lease_until = time.monotonic() + actions.LEASE.total_seconds()
        self._may_go_on = True

    async def send(self, relay: Relay) -> str:
        """Send until the batch, the time or the lease is at its end; return what went wrong."""
        letters = await in_thread(queries.letters, self._held.batch_id)
        self._withdrawn = {
            letter.delivery_id: letter.obstacle for letter in letters if letter.obstacle
        }
        noting = asyncio.create_task(self._keep_noting())
        problem = ""
        try:
            await relay.send(
                self._envelopes(letters),
                on_outcome=self._on_outcome,
                on_doubt=self._on_doubt,
                may_send=self._may_send,
            )
        except ChannelError as error:
            problem = error.reason
        finally:
            noting.cancel()
            await asyncio.wait([noting])
            await in_thread(self._note)
        return problem

    def _envelopes(self, letters: list[Letter]) -> Iterator[Envelope]:
        for letter in letters:
            if letter.delivery_id in self._withdrawn:
                continue
            try:
                envelope = self._envelope(letter)
            except Refused as refusal:
                # One address that no mail can be written to must not stop all the others.
                self._on_outcome(Outcome(letter.delivery_id, "refused", 0, str(refusal)))
            else:
                yield envelope

    def _envelope(self, letter: Letter) -> Envelope:
        # Until an address is confirmed, its name is only what a stranger typed: it is not echoed.
        name = "" if self._mailing.wants == "pending" else letter.name
        recipient = Recipient(
            address=letter.address,
            name=name,
            date=self._now,
            message_id=links.message_id(letter.delivery_id, self._mailing.domain),
            values={
                "name": name or self._mailing.nameless,
                **links.personal(letter.subscription_id),
            },
        )
        message = build(self._frozen, recipient)
        return Envelope(letter.delivery_id, self._mailing.sender, letter.address, message)

    def _may_send(self) -> bool:
        moment = time.monotonic()
        return self._may_go_on and moment < self._lease_until and moment < self._stop_at

    def _on_outcome(self, outcome: Outcome) -> None:
        self._book.write(outcome)
        self._unnoted.append(outcome)

    def _on_doubt(self, delivery_id: int) -> None:
        # Left open, and so sent again with the same Message-ID: late or twice, but never lost.
        log.warning("delivery %d is in doubt: the line broke before the answer", delivery_id)

    async def _keep_noting(self) -> None:
        while True:
            await asyncio.sleep(_NOTE_EVERY_SECONDS)
            await asyncio.shield(in_thread(self._note))

    def _note(self) -> None:
        outcomes, self._unnoted = self._unnoted, []
        asked_at = time.monotonic()
        self._may_go_on &= actions.note(self._held, outcomes)
        self._lease_until = asked_at + actions.LEASE.total_seconds()
        withdrawn = queries.withdrawn(self._held.batch_id)
        self._withdrawn |= withdrawn
        actions.skip(withdrawn, now=self._now)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the process's own loop: it keeps the relay's connections from batch to batch."""
    return uvloop.new_event_loop()


@cache
def _thread() -> ThreadPoolExecutor:
    """Return the one thread in which the loop's work with the database is done."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `call` returns, run in the thread that has the loop's database connection."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_thread(), partial(call, *args, **kwargs))
