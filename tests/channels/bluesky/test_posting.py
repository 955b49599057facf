"""What Bluesky's channel writes, and that it writes it once."""

import json
from datetime import datetime
from typing import Any

import pytest

from publisher.channels import Permanent, Temporary, Unknown
from publisher.channels.bluesky import Bluesky
from publisher.channels.posts import Attachment, Card, Message
from tests.channels.bluesky.conftest import Connect
from tests.channels.messages import said
from tests.channels.networks.bluesky import DID, POSTS, Pds
from tests.channels.networks.fakes import Fault, in_json

PICTURE = Attachment("image/jpeg", "A bridge", 1200, 630, content=b"jpeg")
VIDEO = Attachment("video/mp4", "The bridge opens", 1280, 720, content=b"mp4")


def uploaded(bluesky: Bluesky, attachment: Attachment, now: datetime) -> Attachment:
    """Return an attachment as it stands in a message after its upload."""
    reference = bluesky.upload(attachment, now=now).reference
    return Attachment(
        attachment.media_type,
        attachment.alt,
        attachment.width,
        attachment.height,
        reference=reference,
    )


def written(pds: Pds, message: Message) -> dict[str, Any]:
    """Return the record that a message became."""
    return pds.records[message.key]


# ---- Once


def test_a_repeat_writes_the_very_same_record(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    message = said(
        "The bridge opens: https://news.example/a #Bridge by @ada.news.org", language="nl"
    )
    first = bluesky.send(message, now=now)
    once = pds.heard[-1].body
    assert bluesky.send(message, now=now.replace(hour=23)) == first
    assert pds.heard[-1].body == once
    assert len(pds.posts) == 1
    assert written(pds, message)["createdAt"] == "2026-11-23T08:00:00.000Z"
    assert written(pds, message)["langs"] == ["nl"]


def test_a_receipt_for_another_record_leaves_the_outcome_unknown(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    other = {"uri": f"at://{DID}/{POSTS}/3laaaaaaaaa2a", "cid": "bafyrei-1"}
    pds.order(Fault(in_json(200, other)))
    with pytest.raises(Unknown):
        bluesky.send(said("The bridge opens."), now=now)


def test_what_was_asked_before_is_no_reason_to_be_unsure(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    first = bluesky.send(said("One."), now=now).network_id
    pds.order(Fault(), at=pds.showing)
    with pytest.raises(Temporary):
        bluesky.send(said("Two.", number=2, reply_to=first, thread=first), now=now)
    assert len(pds.posts) == 1


# ---- What is in a record


def test_mentions_are_of_people_who_exist(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    pds.people = {"ada.news.org": "did:plc:ada"}
    message = said("By @ada.news.org and @ben.news.org")
    bluesky.send(message, now=now)
    mention = {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:ada"}
    (facet,) = written(pds, message)["facets"]
    assert facet == {"index": {"byteStart": 3, "byteEnd": 16}, "features": [mention]}


def test_a_later_part_knows_the_first_part_and_the_one_before(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    one, two, three = (said("A part.", number=number) for number in (1, 2, 3))
    first = bluesky.send(one, now=now).network_id
    parts = {"reply_to": first, "thread": first}
    second = bluesky.send(said("Two.", number=2, **parts), now=now).network_id
    bluesky.send(said("Three.", number=3, reply_to=second, thread=first), now=now)
    assert written(pds, three)["reply"] == {
        "root": {"uri": first, "cid": f"bafyrei-{one.key}"},
        "parent": {"uri": second, "cid": f"bafyrei-{two.key}"},
    }


def test_a_part_after_one_that_is_gone_is_refused(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    first = bluesky.send(said("One."), now=now).network_id
    bluesky.delete(first, now=now)
    with pytest.raises(Permanent, match="is not on Bluesky any more") as raised:
        bluesky.send(said("Two.", number=2, reply_to=first, thread=first), now=now)
    assert not raised.value.stops_account


def test_pictures_go_with_their_sides(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    message = said("Look.", attachments=(uploaded(bluesky, PICTURE, now),) * 4)
    bluesky.send(message, now=now)
    embed = written(pds, message)["embed"]
    assert embed["$type"] == "app.bsky.embed.images"
    assert [image["alt"] for image in embed["images"]] == ["A bridge"] * 4
    assert embed["images"][0]["aspectRatio"] == {"width": 1200, "height": 630}


def test_a_video_goes_alone(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    message = said("Look.", attachments=(uploaded(bluesky, VIDEO, now),))
    bluesky.send(message, now=now)
    embed = written(pds, message)["embed"]
    assert (embed["$type"], embed["alt"]) == ("app.bsky.embed.video", VIDEO.alt)
    assert embed["video"] == json.loads(message.attachments[0].reference)


def test_a_card_shows_the_page_and_its_picture(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    thumb = uploaded(bluesky, PICTURE, now)
    message = said("Look.", card=Card("https://news.org/a", "A bridge", "It opens.", thumb))
    bluesky.send(message, now=now)
    assert written(pds, message)["embed"]["external"] == {
        "uri": "https://news.org/a",
        "title": "A bridge",
        "description": "It opens.",
        "thumb": json.loads(thumb.reference),
    }


def test_a_card_does_without_a_picture(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    message = said("Look.", card=Card("https://news.org/a", "A bridge", picture=PICTURE))
    bluesky.send(message, now=now)
    assert "thumb" not in written(pds, message)["embed"]["external"]


# ---- What would be refused is refused before it is sent


@pytest.mark.parametrize(
    ("attachments", "reason"),
    [
        ((PICTURE,), "was never uploaded"),
        ((PICTURE,) * 5, "4 pictures at most"),
        ((VIDEO, PICTURE), "one video and nothing beside it"),
    ],
)
def test_media_that_do_not_fit_a_post_are_refused(
    pds: Pds, bluesky: Bluesky, now: datetime, attachments: tuple[Attachment, ...], reason: str
) -> None:
    with pytest.raises(Permanent, match=reason):
        bluesky.send(said("Look.", attachments=attachments), now=now)
    assert pds.count(pds.posting) == 0


@pytest.mark.parametrize(
    ("media_type", "octets", "reason"),
    [
        ("image/png", 1_000_001, "1,000,001 bytes, and Bluesky takes 1,000,000"),
        ("video/mp4", 100_000_001, "Bluesky takes 100,000,000"),
        ("video/webm", 1, "no video/webm"),
    ],
)
def test_what_is_too_large_is_refused_before_any_call(
    pds: Pds, bluesky: Bluesky, now: datetime, media_type: str, octets: int, reason: str
) -> None:
    large = Attachment(media_type, "A bridge", 1, 1, content=bytes(octets))
    with pytest.raises(Permanent, match=reason):
        bluesky.upload(large, now=now)
    assert pds.heard == []


# ---- The rest


@pytest.mark.parametrize("identifier", ["courier.news.example", "@courier.news.example"])
def test_a_post_is_shown_under_the_accounts_handle(
    channel: Connect, now: datetime, identifier: str
) -> None:
    message = said("Look.")
    receipt = channel(identifier=identifier).send(message, now=now)
    assert receipt.url == f"https://bsky.app/profile/courier.news.example/post/{message.key}"


def test_what_was_never_posted_here_is_not_deleted(bluesky: Bluesky, now: datetime) -> None:
    with pytest.raises(Permanent, match="'1234' is no post of Bluesky's"):
        bluesky.delete("1234", now=now)


def test_who_has_nobody_that_counts_tells_no_figures(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    # @atproto/pds 0.4 and others, where no AppView is set.
    for status in (400, 501):
        answer = pds.wrong("MethodNotImplemented", "No service configured", status=status)
        pds.order(Fault(answer), at=pds.telling)
        assert bluesky.figures([f"at://{DID}/{POSTS}/3l"], now=now) == {}
