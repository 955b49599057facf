"""How long each step may take, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """The steps of RFC 5321 section 4.5.3.2, whose minutes are from 1989, with its value behind.

    A relay that is this slow is better left to a later attempt, with one exception: giving up on
    the last reply puts a message in doubt, so that one keeps half of what the RFC gives it.
    """

    connect: float = 30
    greeting: float = 60  # 5 minutes
    command: float = 60  # 5 minutes for MAIL and RCPT
    data: float = 60  # 2 minutes
    dot: float = 300  # 10 minutes, and 3 for each block that is written
    quit: float = 2

    @property
    def tick(self) -> float:
        """Return how often to look at the clock while messages are sent."""
        return min(self.command, self.data, self.dot) / 4
