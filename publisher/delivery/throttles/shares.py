"""What one process has been granted and not used yet.

The throttle takes from it message by message, in the loop's thread; the supply fills it up a few
times a second, in another. Both hold `Shares.lock` while they touch a share.
"""

from threading import Lock

# A grant is good for this long: longer than a call to a Redis that does not answer may take, so
# that a worker that waits for one goes on meanwhile.
GOOD_FOR_SECONDS = 3.0
# When nothing is left and nobody knows when there will be: the supply comes by about as often.
SOON_SECONDS = 0.1


class Share:
    """What is left of one limit, and how much of it was asked for since the supply last came by.

    Moments are the throttle's clock's, in seconds.
    """

    __slots__ = ("ask_at", "good_until", "left", "missed", "spent")

    def __init__(self) -> None:
        self.left = 0
        self.good_until = 0.0
        self.ask_at = 0.0
        self.spent = 0
        self.missed = 0

    def wait(self, now: float) -> float:
        """Return 0.0 where a message may go, otherwise in how many seconds to ask again."""
        if self.left > 0 and now < self.good_until:
            return 0.0
        return max(self.ask_at - now, SOON_SECONDS)

    def need(self, *, least: int, most: int, now: float) -> int:
        """Return how many more it should hold for what is asked of it, and begin to count anew.

        Below 0: so many it has too many, and they are taken off it. `least` is worth asking for
        where anything was asked, `most` what it may hold at all.
        """
        asked = 2 * self.spent + self.missed
        self.spent = self.missed = 0
        wanted = min(max(asked, least), most) if asked else 0
        need = wanted - self.left
        if need < 0:
            self.left = wanted
        if self.left:
            self.good_until = now + GOOD_FOR_SECONDS
        return need

    def grant(self, count: int, *, ask_in: float, now: float) -> None:
        """Add what was granted; `ask_in` is in how many seconds more of it is to be had."""
        self.left += count
        self.good_until = now + GOOD_FOR_SECONDS
        self.ask_at = now + ask_in

    def take_back(self) -> int:
        """Return what is left, and leave nothing."""
        left, self.left = self.left, 0
        return left


class Shares:
    """All shares of one process in the limits of one relay, by the name of the limit."""

    def __init__(self) -> None:
        self.lock = Lock()
        self._by_name: dict[str, Share] = {}

    def of(self, name: str) -> Share:
        """Return the share in a limit; the first time an empty one."""
        return self._by_name.setdefault(name, Share())


# The names of the limits. The relay's own a second, and its own an hour and a day together.
PER_SECOND = "second"
QUOTA = "quota"


def of_group(group: str) -> str:
    """Return the name of the limit a second of one provider."""
    return f"group {group}"


def of_domain(domain: str) -> str:
    """Return the name of the limit of a sending domain's day."""
    return f"domain {domain}"
