"""Keys of posts: chosen before the first call, so that a repeat of it can be told as one."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_CHARACTERS = 13
# Two posts of one microsecond are told apart by their last ten bits, which are those of their ids.
_CLOCK_BITS = 10


def choose(post_id: int, *, now: datetime) -> str:
    """Return the key of a post that is written on a network at `now`: 13 characters.

    They sort by time: a TID of the AT Protocol (https://atproto.com/specs/tid).
    """
    microseconds = (now - _EPOCH) // timedelta(microseconds=1)
    number = microseconds << _CLOCK_BITS | post_id % (1 << _CLOCK_BITS)
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))


def written_at(key: str) -> datetime:
    """Return when a key was chosen, to the microsecond."""
    number = 0
    for digit in key:
        number = number << 5 | _DIGITS.index(digit)
    return _EPOCH + timedelta(microseconds=number >> _CLOCK_BITS)
