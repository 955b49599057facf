"""A network for tests: it keeps what it is told, and fails as it is told."""

from collections.abc import Callable
from datetime import datetime

from publisher.channels import Receipt
from publisher.channels.posts import Message, Network, Profile


class Killed(BaseException):
    """The worker's process ends here."""


def nothing() -> None:
    """Do nothing."""


class FakeNetwork(Network):
    """A timeline with one account.

    `before` and `after` are raised, one a call, before and after a post is taken; `blind` are
    raised, one a look-up. `meanwhile` is done while a call is on its way.
    """

    def __init__(self) -> None:
        self.timeline: list[str] = []
        self.calls: list[tuple[str, datetime]] = []
        self.searches: list[datetime] = []
        self.secrets: dict[str, str] = {}
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []
        self.blind: list[BaseException] = []
        self.meanwhile: Callable[[], object] = nothing

    def connect(self, name: str, secrets: dict[str, str]) -> "FakeNetwork":
        """Stand in for wiring.network."""
        assert name == "x"
        self.secrets = secrets
        return self

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Take a post."""
        text = message.text
        self.calls.append((text, now))
        if self.before:
            raise self.before.pop(0)
        self.timeline.append(text)
        self.meanwhile()
        if self.after:
            raise self.after.pop(0)
        return self._receipt(text)

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Show a post."""
        self.searches.append(since)
        if self.blind:
            raise self.blind.pop(0)
        text = message.text
        return self._receipt(text) if text in self.timeline else None

    def profile(self) -> Profile:
        """Name the account."""
        if self.blind:
            raise self.blind.pop(0)
        return Profile("harbour_courier")

    def _receipt(self, text: str) -> Receipt:
        post = str(self.timeline.index(text) + 1)
        return Receipt(post, f"https://x.example/harbour_courier/status/{post}")
