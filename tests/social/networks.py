"""A network for tests: it keeps what it is told, and fails as it is told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from publisher.channels import Receipt
from publisher.channels.posts import (
    Attachment,
    Figures,
    Message,
    Network,
    Profile,
    Renewed,
    Upload,
)


class Killed(BaseException):
    """The worker's process ends here."""


def nothing() -> None:
    """Do nothing."""


class FakeNetwork(Network):
    """A timeline with one account, on a network that can do everything.

    `before` and `after` are raised, one a call, before and after a post is taken; `blind` are
    raised, one a question. `meanwhile` is done while a call is on its way. `uploads` are what it
    answers to uploads and to questions about them, one after the other; ready where none is left.
    """

    def __init__(self) -> None:
        self.timeline: list[str] = []
        self.messages: list[Message] = []
        self.calls: list[tuple[str, datetime]] = []
        self.searches: list[datetime] = []
        self.uploaded_pictures: list[Attachment] = []
        self.deleted: list[str] = []
        self.asked: list[tuple[str, ...]] = []
        self.secrets: dict[str, str] = {}
        self.new_secrets: list[Renewed | BaseException] = []
        self.uploads: list[Upload | BaseException] = []
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []
        self.blind: list[BaseException] = []
        self.meanwhile: Callable[[], object] = nothing

    def connect(self, name: str, secrets: dict[str, str]) -> "FakeNetwork":
        """Stand in for wiring.network."""
        assert name in ("x", "fake")
        self.secrets = secrets
        return self

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Take a post."""
        self.messages.append(message)
        self.calls.append((message.text, now))
        if self.before:
            raise self.before.pop(0)
        self.timeline.append(message.text)
        self.meanwhile()
        if self.after:
            raise self.after.pop(0)
        return self._receipt(message.text)

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Show a post."""
        self.searches.append(since)
        self._see()
        return self._receipt(message.text) if message.text in self.timeline else None

    def profile(self) -> Profile:
        """Name the account."""
        self._see()
        return Profile("harbour_courier", {"characters": 25_000})

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Take a picture."""
        del now
        self.uploaded_pictures.append(attachment)
        return self._progress(f"picture-{len(self.uploaded_pictures)}")

    def uploaded(self, reference: str, *, now: datetime) -> Upload:
        """Say how far a picture is."""
        del now
        return self._progress(reference)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back."""
        del now
        if self.before:
            raise self.before.pop(0)
        self.deleted.append(network_id)

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Tell ten times as many likes as the number of the post."""
        del now
        self._see()
        self.asked.append(tuple(network_ids))
        return {each: Figures(likes=10 * int(each)) for each in network_ids if each != "gone"}

    def renewed(self, *, now: datetime) -> Renewed:
        """Give new credentials."""
        del now
        self.meanwhile()
        answer = self.new_secrets.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _progress(self, reference: str) -> Upload:
        answer = self.uploads.pop(0) if self.uploads else Upload(reference)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _see(self) -> None:
        if self.blind:
            raise self.blind.pop(0)

    def _receipt(self, text: str) -> Receipt:
        post = str(self.timeline.index(text) + 1)
        return Receipt(post, f"https://x.example/harbour_courier/status/{post}")
