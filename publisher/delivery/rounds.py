"""A round: one worker's go at one batch.

letters ──▶ build ──▶ relay ──▶ answer ──▶ journal (this host's disk) ──▶ ledger (in groups)
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError

from publisher import wiring
from publisher.channels import ChannelError
from publisher.channels.mail import Carrier, Envelope, Outcome
from publisher.delivery import actions, answers, guarding, journal, queries, relays
from publisher.delivery.actions import Ending, Hold
from publisher.delivery.journal import Journal
from publisher.delivery.loops import in_signing_thread, in_thread, wait_for_all
from publisher.delivery.models import Mailing
from publisher.delivery.pacing import Pacer, Pacing
from publisher.delivery.parcels import Parcel
from publisher.delivery.queries import Letter
from publisher.delivery.routing import Route, Way
from publisher.errors import Refused

log = logging.getLogger(__name__)

# A letter, and its envelope or why there can be none.
Written = tuple[Letter, Envelope | Refused]
# Signing a mail takes half a millisecond: so many are ready a hundredth of a second later.
_SIGNED_TOGETHER = 25
# A wait is sat out with the batch in hand if it is no longer than this; else the batch comes again.
_SIT_OUT_SECONDS = 5.0
_SHORTEST_PAUSE_SECONDS = 0.02
# As many answers that blame the sender, and most of all answers: the rest of the batch is kept from
# the same fate until somebody has looked (`guarding`).
_FAULTS = 10
# How often outcomes are noted and the lease extended in a batch that takes its time.
_NOTE_EVERY_SECONDS = 0.2
# It is being started again, or the network to it is: no fault of what was asked.
_DATABASE_AWAY = (OperationalError, InterfaceError)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all rounds of a shift share; `clock` is the database's, as far as the shift knows it."""

    clock: Callable[[], datetime]
    book: Journal
    pacing: Pacing
    draining: threading.Event


class Round:
    """A batch on its way; all but the work with the database is done in the event loop.

    `asked_at` is when the lease was asked for, by the monotonic clock.
    """

    def __init__(
        self,
        held: Hold,
        parcel: Parcel,
        around: Surroundings,
        asked_at: float,
    ) -> None:
        self._held = held
        self._parcel = parcel
        self._around = around
        # What its mails are dated.
        self._date = around.clock()
        self._unnoted: list[Outcome] = []
        self._withdrawn: set[int] = set()
        # What was answered, or left and was not, is not for the next relay.
        self._settled: set[int] = set()
        # By the monotonic clock, which runs on while a worker is frozen: a worker that wakes after
        # its lease has run out sends nothing that another took over. From before it was asked for:
        # the worker may have been frozen between that and now.
        self._lease_until = asked_at + actions.LEASE.total_seconds()
        self._may_go_on = True
        # Answers, the refusals among them, and those that blame us rather than a reader.
        self._answers = self._refusals = self._faults = 0
        self._in_doubt = False
        self._pacer: Pacer | None = None

    async def send(self, route: Route) -> None:
        """Send what is left of the batch, and give it back with what became of everybody."""
        letters, ways = await in_thread(self._read)
        route.update(ways)
        noting = asyncio.create_task(self._keep_noting())
        try:
            ending = await self._send_by(route, [each for each in letters if not each.obstacle])
        finally:
            noting.cancel()
            await asyncio.wait([noting])
        obstacles = {each.delivery_id: each.obstacle for each in letters if each.obstacle}
        await self._give_back(replace(ending, obstacles=obstacles, in_doubt=self._in_doubt))

    def _read(self) -> tuple[list[Letter], list[Way]]:
        letters = queries.letters(self._held.batch_id)
        if self._held.fence > 1 and self._recover(letters):
            letters = queries.letters(self._held.batch_id)
        return letters, relays.ways(self._parcel.route)

    def _recover(self, letters: list[Letter]) -> bool:
        """Write what whoever had the batch before on this host was answered; return if anything."""
        left = {letter.delivery_id for letter in letters}
        told = journal.told(settings.PLACES.journal, left)
        actions.recover(told, now=self._around.clock())
        return bool(told)

    async def _send_by(self, route: Route, letters: list[Letter]) -> Ending:
        """Send by one relay of the route after the other; return how the round ends."""
        problem = ""
        while way := route.next(now=self._around.clock()):
            unsettled = [each for each in letters if each.delivery_id not in self._settled]
            try:
                wait = await self._send_in_passes(way, unsettled)
            except ChannelError as error:
                problem = error.reason
                if not relays.may_another(route, way, error, now=self._around.clock()):
                    return Ending(problem=problem, needs_person=True)
                await in_thread(relays.remember, way, error)
            else:
                route.works(way)
                return Ending(wait=wait)
        return Ending(problem=route.problem or problem, needs_person=route.is_stopped)

    async def _send_in_passes(self, way: Way, letters: list[Letter]) -> timedelta:
        """Send what may go, and what was set aside when it may; return how long the rest waits."""
        throttle = await self._around.pacing.throttle(way)
        waits = self._held.lane != Mailing.Lane.URGENT
        self._pacer = pacer = Pacer(throttle, self._parcel.domain, waits=waits)
        while letters:
            try:
                await self._send_letters(way, letters)
            finally:
                pacer.settle_all()
            letters, seconds = pacer.take_back()
            if seconds > _SIT_OUT_SECONDS or not self._may_send():
                return timedelta(seconds=seconds)
            if letters:
                await asyncio.sleep(max(seconds, _SHORTEST_PAUSE_SECONDS))
        return timedelta()

    def hold(self, mailing_id: int) -> None:
        """Stop where this is the mailing that somebody holds or cancels."""
        if mailing_id == self._held.mailing_id:
            self._may_go_on = False

    def withdraw(self, subscriber_id: int) -> None:
        """Leave out a reader until the letters are read again, which will say whether and why."""
        self._withdrawn.add(subscriber_id)

    async def _send_letters(self, way: Way, letters: list[Letter]) -> None:
        carrier = wiring.carrier(way, self._held.lane)
        if self._parcel.signer is None or not wiring.keeps_signatures(way.kind):
            await self._send(carrier, self._written(letters))
            return
        groups = (
            letters[start : start + _SIGNED_TOGETHER]
            for start in range(0, len(letters), _SIGNED_TOGETHER)
        )
        await wait_for_all(*(self._send_signed(carrier, group) for group in groups))

    async def _send_signed(self, carrier: Carrier, letters: list[Letter]) -> None:
        """Write and sign a group beside the sending, and send it when it is ready."""
        signed = await in_signing_thread(self._signed, letters)
        await self._send(carrier, iter(signed))

    async def _send(self, carrier: Carrier, written: Iterator[Written]) -> None:
        await carrier.send(
            self._envelopes(written),
            on_outcome=self._on_outcome,
            on_doubt=self._on_doubt,
            may_send=self._may_send,
        )

    def _envelopes(self, written: Iterator[Written]) -> Iterator[Envelope]:
        """Yield what is still to be sent, at the moment when it is about to leave."""
        for letter, mail in written:
            if letter.subscriber_id in self._withdrawn:
                continue
            if not isinstance(mail, Envelope):
                # One address that no mail can be written to must not stop all the others.
                self._on_outcome(Outcome(letter.delivery_id, "refused", 0, str(mail)))
            elif self._pacer is None or self._pacer.lets_go(letter):
                yield mail

    def _written(self, letters: list[Letter]) -> Iterator[Written]:
        for letter in letters:
            try:
                yield letter, self._parcel.envelope(letter, self._date)
            except Refused as refusal:
                yield letter, refusal

    def _signed(self, letters: list[Letter]) -> list[Written]:
        return [
            (letter, self._parcel.signed(mail, self._date) if isinstance(mail, Envelope) else mail)
            for letter, mail in self._written(letters)
        ]

    def _may_send(self) -> bool:
        return (
            self._may_go_on
            and time.monotonic() < self._lease_until
            and not self._around.draining.is_set()
        )

    def _on_outcome(self, outcome: Outcome) -> None:
        self._around.book.write(outcome)
        self._unnoted.append(outcome)
        self._settled.add(outcome.key)
        if self._pacer:
            self._pacer.hear(outcome)
        self._answers += 1
        if outcome.verdict == "refused":
            self._hear_refusal(outcome)

    def _hear_refusal(self, outcome: Outcome) -> None:
        """Stop where answer after answer says that it is not the readers who are at fault."""
        self._refusals += 1
        self._faults += answers.is_fault_of_sender(outcome.code, outcome.detail)
        if self._faults >= _FAULTS and 2 * self._faults > self._answers:
            self._may_go_on = False

    def _on_doubt(self, delivery_id: int) -> None:
        self._in_doubt = True
        self._settled.add(delivery_id)
        if self._pacer:
            self._pacer.settle(delivery_id)
        # Left open, and so sent again with the same Message-ID: late or twice, but never lost.
        log.warning("delivery %d is in doubt: the line broke before the answer", delivery_id)

    async def _keep_noting(self) -> None:
        while True:
            await asyncio.sleep(_NOTE_EVERY_SECONDS)
            # What was not written is written with what comes.
            with suppress(*_DATABASE_AWAY):
                await asyncio.shield(in_thread(self._note))

    def _note(self) -> None:
        # Kept until they are written: the database may be away.
        outcomes = [*self._unnoted]
        asked_at = time.monotonic()
        self._may_go_on &= actions.note(self._held, outcomes, now=self._around.clock())
        self._lease_until = asked_at + actions.LEASE.total_seconds()
        del self._unnoted[: len(outcomes)]

    async def _give_back(self, ending: Ending) -> None:
        """Write the end of the round, however often it takes while the batch is ours."""
        while True:
            try:
                await in_thread(self._finish, ending)
            except _DATABASE_AWAY:
                if time.monotonic() > self._lease_until:
                    raise
                await asyncio.sleep(_NOTE_EVERY_SECONDS)
            else:
                return

    def _finish(self, ending: Ending) -> None:
        actions.finish(self._held, [*self._unnoted], ending, now=self._around.clock())
        if self._refusals:
            guarding.watch(self._held.mailing_id, self._held.batch_id)
