"""What has to be known of a network before it is asked for anything."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from publisher.channels.posts import Network


def _nothing(_: dict[str, str]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of network, and what it can do.

    `needs` are the credentials without which nothing goes, `instead` others that do as well,
    `takes` those that it may have besides, and `addresses` those of them that are URLs of servers
    that somebody named; `plain` ones are no secret. `keeps` are those that the network itself
    gives.
    `most_figures` is for how many posts it tells figures in one call, 0: for none.
    Credentials that somebody enters hold for as long as `lives` says at most, None: nobody knows;
    those that `renews` are renewed when they end within `renew_before`. Those that are good for
    nothing but a login live for no time: what it gives is kept, or every worker would log in anew.
    Whoever sends for longer than `sends_within` is taken for dead: the time-outs of all calls that
    it takes come to less, or a second call is harmless.
    `visibilities` are those that a post may have besides the usual one.
    A second call for the same message `repeats_harmlessly` where the network knows it by its key.
    `check` raises Refused for credentials that cannot be right.
    """

    make: Callable[[dict[str, str]], Network]
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    has_threads: bool = True
    has_uploads: bool = True
    shows_posts: bool = True
    deletes: bool = True
    visibilities: tuple[str, ...] = ()
    repeats_harmlessly: bool = False
    sends_within: timedelta = timedelta(seconds=30)
    lives: timedelta | None = None
    renews: bool = False
    renew_before: timedelta = timedelta(minutes=5)
    most_figures: int = 0
    check: Callable[[dict[str, str]], None] = _nothing

    def needed(self, given: Collection[str]) -> tuple[str, ...]:
        """Return `needs` or `instead`, whichever more of `given` belongs to."""
        return max(self.needs, self.instead, key=lambda way: len(set(way).intersection(given)))
