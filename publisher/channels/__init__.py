"""The outside world, one file or folder each; no Django, no Celery, and no channel knows another.

Every channel has one verb, `send`, that returns a receipt or raises one of the errors below.

    ChannelError
    ├── Temporary     not now; come back at `retry_at` (None: the caller chooses when)
    ├── Permanent     never; `reason` is a sentence that an editor can act on
    │   ├── Unauthorized  the credentials are refused; others may do
    │   └── Duplicate     the network has these very words from this account already
    └── Unknown       the line broke after the request left: look it up, never blindly send again
"""

from dataclasses import dataclass
from datetime import datetime


class ChannelError(Exception):
    """What went wrong outside, as one sentence for the person who will read it on the row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Temporary(ChannelError):
    """The same call may succeed later."""

    def __init__(self, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.retry_at = retry_at


class Permanent(ChannelError):
    """The same call will never succeed.

    `stops_account` is True where every other call with these credentials would fail too, so that
    nothing more is tried until a person has looked.
    """

    def __init__(self, reason: str, *, stops_account: bool = False) -> None:
        super().__init__(reason)
        self.stops_account = stops_account


class Unauthorized(Permanent):
    """The credentials are refused, and nothing was looked at besides: others may do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, stops_account=True)


class Duplicate(Permanent):
    """The network has these very words from this account already, and takes no second copy."""


class Unknown(ChannelError):
    """Nobody can say whether the other side took it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a network answers for a post that it took.

    Its id there and, where there is one, its public address.
    """

    network_id: str
    url: str = ""
