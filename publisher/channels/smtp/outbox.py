"""What is still to be sent, shared by all connections: nothing is built before it can leave."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from publisher.channels.smtp.envelopes import Envelope

# A message that breaks three connections is left alone; its row comes up again.
TRIES = 3


@dataclass(slots=True)
class Ticket:
    """An envelope and how many connections have tried to send it."""

    envelope: Envelope
    tries: int = 0


class Outbox:
    """The caller's envelopes, and those that a broken connection gave back."""

    def __init__(self, envelopes: Iterator[Envelope], may_send: Callable[[], bool]) -> None:
        self._envelopes = envelopes
        self._may_send = may_send
        self._waiting: deque[Ticket] = deque()
        self._stopped = False

    def ready(self, most: int) -> int:
        """Return how many envelopes are there to be taken, counting no further than `most`."""
        if self._stopped:
            return 0
        while len(self._waiting) < most and (envelope := next(self._envelopes, None)):
            self._waiting.append(Ticket(envelope))
        return min(len(self._waiting), most)

    def take(self) -> Ticket | None:
        """Return the next one, or None where nothing is left or nothing may be sent."""
        if not self.ready(1):
            return None
        if not self._may_send():
            self._stopped = True
            return None
        ticket = self._waiting.popleft()
        ticket.tries += 1
        return ticket

    def put_back(self, ticket: Ticket) -> None:
        """Let another connection try, unless enough have."""
        if ticket.tries < TRIES:
            self._waiting.appendleft(ticket)

    def stop(self) -> None:
        """Give out nothing more."""
        self._stopped = True
