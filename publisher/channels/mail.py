"""What every channel for mail takes and answers, so that its caller need not know which it is."""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, Protocol

Verdict = Literal["sent", "deferred", "refused"]


# Tuples: one of each is made for every mail, and in half the time that a dataclass takes.


class Envelope(NamedTuple):
    """One message to one recipient; `key` is the caller's, `sender` may be "" (RFC 5321 §4.5.5).

    `message` has CRLF line ends and is not dot-stuffed; `dotless` vouches that no line of it
    begins with a dot, so that nobody has to look.
    """

    key: int
    sender: str
    recipient: str
    message: bytes
    dotless: bool = False


class Outcome(NamedTuple):
    """What the other side decided; `detail` is its own text, enhanced status code and all.

    `code` is SMTP's; a mail service's answer gets the one that means the same.
    """

    key: int
    verdict: Verdict
    code: int
    detail: str


class Carrier(Protocol):
    """A mail server or a mail service; belongs to one event loop."""

    async def send(
        self,
        envelopes: Iterator[Envelope],
        *,
        on_outcome: Callable[[Outcome], None],
        on_doubt: Callable[[int], None],
        may_send: Callable[[], bool],
    ) -> None:
        """Send until `envelopes` is at its end or `may_send` returns False.

        An envelope is taken when it is about to leave, after asking `may_send`, which is asked
        again where that takes a while. `on_outcome` is called as soon as an answer is here;
        `on_doubt` with the key of a message that had left and was not answered. Whatever is in
        neither has certainly not been sent.

        Raises Temporary where the rest cannot be sent now, Permanent where it never can be, and
        what `envelopes` or a callback raised; what was under way is finished first.
        """

    async def probe(self) -> dict[str, str]:
        """Log in without sending, and return what is offered, by keyword.

        Raises Temporary or Permanent.
        """

    async def close(self) -> None:
        """Part from the other side; the next `send` connects anew."""
