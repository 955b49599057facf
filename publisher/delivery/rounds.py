"""A round: one worker's go at one batch.

letters ──▶ build ──▶ relay ──▶ answer ──▶ journal (this host's disk) ──▶ ledger (in groups)
"""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from publisher.channels import ChannelError
from publisher.channels.smtp import Envelope, Outcome, Relay
from publisher.delivery import actions, queries
from publisher.delivery.actions import Hold
from publisher.delivery.journal import Journal
from publisher.delivery.loops import in_thread
from publisher.delivery.message import Recipient, build
from publisher.delivery.parcels import Parcel
from publisher.delivery.queries import Letter
from publisher.errors import Refused

log = logging.getLogger(__name__)

# How often outcomes are noted and the lease extended in a batch that takes its time.
_NOTE_EVERY_SECONDS = 0.2


class Round:
    """A batch on its way; all but the work with the database is done in the event loop."""

    def __init__(
        self,
        held: Hold,
        parcel: Parcel,
        book: Journal,
        now: datetime,
        draining: threading.Event,
    ) -> None:
        self._held = held
        self._parcel = parcel
        self._book = book
        self._now = now
        self._draining = draining
        self._begun = time.monotonic()
        self._unnoted: list[Outcome] = []
        self._withdrawn: set[int] = set()
        # By the monotonic clock, which runs on while a worker is frozen: a worker that wakes after
        # its lease has run out sends nothing that another took over.
        self._lease_until = self._begun + actions.LEASE.total_seconds()
        self._may_go_on = True

    async def send(self, relay: Relay) -> None:
        """Send what is left of the batch, and give it back with what became of everybody."""
        letters = await in_thread(queries.letters, self._held.batch_id)
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
        obstacles = {each.delivery_id: each.obstacle for each in letters if each.obstacle}
        await in_thread(self._finish, obstacles, problem)

    def hold(self, mailing_id: int) -> None:
        """Stop where this is the mailing that somebody holds or cancels."""
        if mailing_id == self._held.mailing_id:
            self._may_go_on = False

    def withdraw(self, subscriber_id: int) -> None:
        """Leave out a reader until the letters are read again, which will say whether and why."""
        self._withdrawn.add(subscriber_id)

    def _envelopes(self, letters: list[Letter]) -> Iterator[Envelope]:
        for letter in letters:
            if letter.obstacle or letter.subscriber_id in self._withdrawn:
                continue
            try:
                envelope = self._envelope(letter)
            except Refused as refusal:
                # One address that no mail can be written to must not stop all the others.
                self._on_outcome(Outcome(letter.delivery_id, "refused", 0, str(refusal)))
            else:
                yield envelope

    def _envelope(self, letter: Letter) -> Envelope:
        parcel = self._parcel
        name = letter.name if parcel.echoes_names else ""
        recipient = Recipient(
            address=letter.address,
            name=name,
            date=self._now,
            message_id=parcel.personal.message_id(letter.delivery_id),
            values={
                "name": name or parcel.nameless,
                **parcel.personal.links(letter.subscription_id),
            },
        )
        message = build(parcel.frozen, recipient)
        return Envelope(letter.delivery_id, parcel.sender, letter.address, message)

    def _may_send(self) -> bool:
        return (
            self._may_go_on and time.monotonic() < self._lease_until and not self._draining.is_set()
        )

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

    def _finish(self, obstacles: dict[int, str], problem: str) -> None:
        now = self._now + timedelta(seconds=time.monotonic() - self._begun)
        outcomes, self._unnoted = self._unnoted, []
        actions.finish(self._held, outcomes, now=now, obstacles=obstacles, problem=problem)
