"""What every social network's channel is handed, and what it gives back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from publisher.channels import Permanent, Receipt


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or video of a post; `width` and `height` are in pixels.

    `reference` is what the network called it when it was uploaded, "" before. `url` is where the
    public finds it, for networks that fetch it themselves; `content` is empty where the upload is
    over.
    """

    media_type: str
    alt: str
    width: int
    height: int
    content: bytes = field(default=b"", repr=False)
    url: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """How far an upload is: to be asked about from `check_at` on, or ready where that is None."""

    reference: str
    check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of the page behind a link, for networks that do not look themselves."""

    url: str
    title: str
    description: str = ""
    picture: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One post, or one part of a thread, as it was approved.

    `key` was chosen and saved before the first call, at `written_at`, and is the same on every call
    for this post: 13 characters that sort by time (an AT Protocol TID). `link` is a link in `text`
    that no other post has, "" where it has none. `reply_to` and `thread` are the network's ids of
    the part before and of the first part, "" for a first part. `language` is BCP 47.
    """

    text: str
    key: str
    written_at: datetime
    link: str = ""
    language: str = "en"
    reply_to: str = ""
    thread: str = ""
    attachments: tuple[Attachment, ...] = ()
    card: Card | None = None
    warning: str = ""
    visibility: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a network says of the account that the credentials belong to.

    `limits` are those that are its own or its instance's: `characters`, `url` and what else
    `publisher/social/rules.py` knows; nothing where the network's usual ones hold.
    """

    handle: str
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a post; None where the network does not say."""

    impressions: int | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    clicks: int | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """New credentials, all of them, and when they end: None for never, or where nobody says."""

    secrets: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None = None


class Network(ABC):
    """One account on a social network: it posts, and does what else the network lets one do.

    Whatever is not written here for a network is what it cannot do; wiring.Kind says so beforehand.
    See publisher/channels/__init__.py for the errors.
    """

    @abstractmethod
    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message`, by one call that is never made again by itself."""

    @abstractmethod
    def profile(self) -> Profile:
        """Return what the network says of the account, which proves its credentials."""

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the receipt of this very post, sent at `since` or later; None: not shown.

        Raises Temporary where it cannot be asked now, and Permanent where it never can.
        """
        del message, since
        raise Permanent("This network shows nobody what was posted.")

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Give the network the content of an attachment, which posts nothing."""
        del attachment, now
        raise Permanent("This network takes no pictures.")

    def uploaded(self, reference: str, *, now: datetime) -> Upload:
        """Return how far an upload is; raises Permanent where it came to nothing."""
        del now
        return Upload(reference)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back; one that is gone already is no error."""
        del network_id, now
        raise Permanent("This network takes nothing back.")

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Return what came of posts by their ids, without those that are gone."""
        del network_ids, now
        raise Permanent("This network tells no figures.")

    def renewed(self, *, now: datetime) -> Renewed:
        """Return new credentials for those that end."""
        del now
        raise Permanent("These credentials cannot be renewed.")

    def close(self) -> None:  # noqa: B027 - most keep no connections
        """Give the connections back."""
