"""Records: a post as app.bsky.feed.post has it, the same octets on every call for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from publisher.channels import Permanent
from publisher.channels.posts import Attachment, Card, Message

POSTS = "app.bsky.feed.post"
# app.bsky.embed.images.
MOST_PICTURES = 4
PICTURE_OCTETS = 1_000_000
# app.bsky.embed.video.
VIDEO_OCTETS = 100_000_000
VIDEO = "video/mp4"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a record is (https://atproto.com/specs/at-uri-scheme)."""

    did: str
    collection: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> "Address":
        """Return the parts of an AT URI of a record; raises ValueError for anything else."""
        scheme, slashes, path = uri.partition("//")
        did, collection, key = path.split("/")
        if scheme != "at:" or not (slashes and did and collection and key):
            raise ValueError(uri)
        return cls(did, collection, key)

    @property
    def query(self) -> dict[str, str]:
        """Return what com.atproto.repo.* calls these parts."""
        return {"repo": self.did, "collection": self.collection, "rkey": self.key}

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"


def post(
    message: Message, facets: Sequence[Mapping[str, Any]], reply: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the record of a post; `reply` has `root` and `parent`, or nothing.

    Bluesky has no warnings in an author's own words and no visibilities: both stay here.
    """
    written_at = message.written_at.astimezone(UTC).isoformat(timespec="milliseconds")
    fields = {
        "facets": list(facets),
        "reply": dict(reply),
        "embed": _embed(message),
        "langs": [message.language] if message.language else [],
    }
    record = {
        "$type": POSTS,
        "text": message.text,
        "createdAt": written_at.replace("+00:00", "Z"),
    }
    return record | {name: value for name, value in fields.items() if value}


def refuse_unfit(attachment: Attachment) -> None:
    """Raise Permanent for what no post could show."""
    kind, octets = attachment.media_type, len(attachment.content)
    if kind != VIDEO and not kind.startswith("image/"):
        raise Permanent(f"Bluesky takes pictures and videos in MP4, and no {kind}.")
    most = VIDEO_OCTETS if kind == VIDEO else PICTURE_OCTETS
    if octets > most:
        raise Permanent(f"It has {octets:,} bytes, and Bluesky takes {most:,}; make it smaller.")


def _embed(message: Message) -> dict[str, Any]:
    """Return what is shown under the text, which is one thing: media go before a card."""
    if not message.attachments:
        return _card(message.card) if message.card else {}
    videos = [each for each in message.attachments if each.media_type == VIDEO]
    if videos and len(message.attachments) > 1:
        raise Permanent("Bluesky takes one video and nothing beside it; remove the rest.")
    if len(message.attachments) > MOST_PICTURES:
        raise Permanent(f"Bluesky takes {MOST_PICTURES} pictures at most; remove the rest.")
    if videos:
        return {"$type": "app.bsky.embed.video", "video": _blob(videos[0])} | _seen(videos[0])
    pictures = [{"image": _blob(each)} | _seen(each) for each in message.attachments]
    return {"$type": "app.bsky.embed.images", "images": pictures}


def _card(card: Card) -> dict[str, Any]:
    external = {"uri": card.url, "title": card.title, "description": card.description}
    # A card is one without its picture, too.
    thumb = {"thumb": _blob(card.picture)} if card.picture and card.picture.reference else {}
    return {"$type": "app.bsky.embed.external", "external": external | thumb}


def _seen(attachment: Attachment) -> dict[str, Any]:
    sides = {"width": attachment.width, "height": attachment.height}
    ratio = {"aspectRatio": sides} if all(side > 0 for side in sides.values()) else {}
    return {"alt": attachment.alt} | ratio


def _blob(attachment: Attachment) -> Any:
    """Return a blob as its upload was answered."""
    if not attachment.reference:
        raise Permanent("A picture of this post was never uploaded; schedule the post again.")
    return json.loads(attachment.reference)
