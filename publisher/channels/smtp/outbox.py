"""What is still to be sent, shared by all connections: nothing is built before it can leave.

Whoever sends adds a load; a load is done when each of its envelopes was decided about, is in doubt,
or was not sent at all. Loads leave in the order they came, so that a connection which finds
nothing more in the first goes on with the next and no line rests between two.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from publisher.channels.smtp.envelopes import Envelope
from publisher.channels.smtp.outcomes import Outcome

# A message that breaks three connections is left alone; its row comes up again.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Journal:
    """Where it is written down what became of an envelope."""

    outcome: Callable[[Outcome], None]
    doubt: Callable[[int], None]


class Load:
    """One sender's envelopes, and what became of them."""

    __slots__ = (
        *("done", "may_send", "waiting"),
        *("_ended", "_envelopes", "_error", "_in_hand", "_journal", "_stopped"),
    )

    def __init__(
        self, envelopes: Iterator[Envelope], journal: Journal, may_send: Callable[[], bool]
    ) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting: deque[Ticket] = deque()
        self._envelopes = envelopes
        self._journal = journal
        self.may_send = may_send
        self._in_hand = 0
        # Whether there is nothing more to build, and whether nothing more may leave.
        self._ended = False
        self._stopped = False
        self._error: BaseException | None = None

    def look_ahead(self, most: int) -> int:
        """Return how many envelopes are there to be taken, counting no further than `most`."""
        try:
            while len(self.waiting) < most and not self._ended:
                envelope = next(self._envelopes, None)
                if envelope is None:
                    self._ended = True
                else:
                    self.waiting.append(Ticket(self, envelope))
        except Exception as error:  # noqa: BLE001 - the caller's own: `send` raises it
            self.fail(error)
        return min(len(self.waiting), most)

    def take(self) -> "Ticket | None":
        """Return the next one, or None where nothing is left or nothing may be sent."""
        if not self.waiting and not self.look_ahead(1):
            return None
        if not self.may_send():
            self.stop()
            return None
        ticket = self.waiting.popleft()
        ticket.tries += 1
        self._in_hand += 1
        return ticket

    def settle(self, report: Callable[[Journal], None]) -> None:
        """Write down what became of one that was taken."""
        try:
            report(self._journal)
        except Exception as error:  # noqa: BLE001 - the caller's own: `send` raises it
            self.fail(error)
        self._in_hand -= 1
        self.close_if_done()

    def take_back(self, ticket: "Ticket") -> bool:
        """Have one that was taken and has not left; return whether it may be tried again."""
        again = ticket.tries < TRIES and not self._stopped
        if again:
            self.waiting.appendleft(ticket)
        self._in_hand -= 1
        self.close_if_done()
        return again

    def stop(self) -> None:
        """Give out nothing more; what is in hand is finished."""
        self._ended = self._stopped = True
        self.waiting.clear()
        self.close_if_done()

    def fail(self, error: BaseException) -> None:
        """Give out nothing more, and raise this where it was sent from."""
        self._error = self._error or error
        self.stop()

    def close_if_done(self) -> None:
        """Say so where nothing is left and nothing is in hand."""
        if not self._ended or self.waiting or self._in_hand or self.done.done():
            return
        if self._error:
            self.done.set_exception(self._error)
        else:
            self.done.set_result(None)


@dataclass(slots=True)
class Ticket:
    """An envelope and how many connections have tried to send it."""

    load: Load
    envelope: Envelope
    tries: int = 0

    @property
    def may_leave(self) -> bool:
        """Whether its sender still wants it sent: a time may have passed since it was taken."""
        return self.load.may_send()

    def decide(self, outcome: Outcome) -> None:
        """Write down what the server decided."""
        self.load.settle(lambda journal: journal.outcome(outcome))

    def doubt(self) -> None:
        """Write down that nobody knows whether it was taken."""
        self.load.settle(lambda journal: journal.doubt(self.envelope.key))


class Outbox:
    """All loads, the oldest first."""

    def __init__(self) -> None:
        self._loads: deque[Load] = deque()

    def add(self, load: Load) -> None:
        """Let a load leave, behind those that came before it."""
        self._loads.append(load)

    def ready(self, most: int) -> int:
        """Return how many envelopes are there to be taken, counting no further than `most`."""
        count = 0
        for load in self._loads:
            count += load.look_ahead(most - count)
            if count >= most:
                break
        return count

    def take(self) -> Ticket | None:
        """Return the next one of the oldest load that has one, or None."""
        while self._loads:
            load = self._loads[0]
            if ticket := load.take():
                return ticket
            self._loads.popleft()
            load.close_if_done()
        return None

    def put_back(self, ticket: Ticket) -> None:
        """Let another connection try, unless enough have."""
        load = ticket.load
        if load.take_back(ticket) and load not in self._loads:
            self._loads.appendleft(load)

    def fail(self, error: BaseException) -> None:
        """Let nothing more leave, and raise this wherever something was still to be sent from."""
        loads, self._loads = self._loads, deque()
        for load in loads:
            if load.look_ahead(1):
                load.fail(error)
            load.close_if_done()

    def remove(self, load: Load) -> None:
        """Let nothing more of one load leave."""
        load.stop()
        if load in self._loads:
            self._loads.remove(load)
