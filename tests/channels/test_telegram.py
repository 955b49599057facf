"""What only Telegram does: albums, captions, channels without a name, chats that move."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from publisher.channels import Permanent
from publisher.channels.posts import Attachment, Card, Network
from publisher.channels.telegram import CAPTION_CHARACTERS
from tests.channels.messages import said
from tests.channels.networks.fakes import Fault, in_json, refused, running
from tests.channels.networks.telegram import CASE, BotApi

PICTURE = Attachment("image/jpeg", "A bridge", 1200, 630, content=b"\xff\xd8 a bridge")
VIDEO = Attachment("video/mp4", "A ship", 1280, 720, content=b"ftyp a ship")


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Run the Bot API."""
    with running(BotApi()) as api:
        yield api


@pytest.fixture
def telegram(api: BotApi) -> Iterator[Network]:
    """Connect to the channel."""
    with closing(CASE.connect(api.url)) as telegram:
        yield telegram


def test_a_picture_has_the_text_beside_it(api: BotApi, telegram: Network, now: datetime) -> None:
    telegram.send(said("A bridge opens.", attachments=(PICTURE,)), now=now)
    assert api.sent[0].keys() == {"chat_id", "caption", "photo"}
    assert api.posts[0].text == "A bridge opens."


def test_several_pictures_are_one_post(api: BotApi, telegram: Network, now: datetime) -> None:
    receipt = telegram.send(said("Two.", attachments=(PICTURE, VIDEO)), now=now)
    assert (receipt.network_id, receipt.url) == ("41,42", "https://t.me/courier/41")
    assert [each["type"] for each in json.loads(api.sent[0]["media"])] == ["photo", "video"]
    telegram.send(said("More.", number=2, reply_to=receipt.network_id), now=now)
    assert api.posts[1].reply_to == "41"
    telegram.delete(receipt.network_id, now=now)
    assert [post.text for post in api.posts] == ["More."]


def test_what_is_too_long_beside_a_picture_is_never_sent(
    api: BotApi, telegram: Network, now: datetime
) -> None:
    message = said("x" * (CAPTION_CHARACTERS + 1), attachments=(PICTURE,))
    with pytest.raises(Permanent, match=r"1,024 characters beside a picture.*has 1,025"):
        telegram.send(message, now=now)
    assert api.heard == []


def test_the_articles_own_link_is_the_one_that_is_shown(
    api: BotApi, telegram: Network, now: datetime
) -> None:
    link = "https://news.example/bridge"
    telegram.send(said(f"See https://a.example and {link}", link=link), now=now)
    telegram.send(said("See it.", number=2, card=Card(link, "Bridge")), now=now)
    telegram.send(said("Nothing to see.", number=3), now=now)
    shown = [fields.get("link_preview_options") for fields in api.sent]
    assert shown == [json.dumps({"url": link})] * 2 + [None]


def test_signs_of_mark_up_stay_what_they_are(api: BotApi, telegram: Network, now: datetime) -> None:
    text = "*Five* <b>ships</b> [and] a_bridge_ & `more`"
    telegram.send(said(text), now=now)
    assert api.posts[0].text == text
    assert "parse_mode" not in api.sent[0]


def test_a_channel_without_a_name_has_an_address_for_its_members(
    api: BotApi, telegram: Network, now: datetime
) -> None:
    message = {"message_id": 7, "chat": {"id": -1001234567890, "title": "Private"}}
    api.order(Fault(in_json(200, {"ok": True, "result": message})))
    assert telegram.send(said("words"), now=now).url == "https://t.me/c/1234567890/7"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: need administrator rights in the channel chat"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (403, "Forbidden: bot is not a member of the channel chat"),
        (403, "Forbidden: bot was kicked from the channel chat"),
        (404, "Not Found"),
    ],
)
def test_a_bot_that_may_not_post_stops_the_account(
    api: BotApi, telegram: Network, now: datetime, status: int, words: str
) -> None:
    error = refused(api, telegram, api.refusal(status, words), now)
    assert isinstance(error, Permanent)
    assert error.stops_account
    assert words in error.reason


def test_a_chat_that_has_moved_says_where(api: BotApi, telegram: Network, now: datetime) -> None:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    said_so = {"ok": False, "description": words, "parameters": {"migrate_to_chat_id": -100987}}
    error = refused(api, telegram, in_json(400, said_so), now)
    assert isinstance(error, Permanent)
    assert error.stops_account
    assert "-100987" in error.reason


def test_what_may_not_be_deleted_any_more_says_so(
    api: BotApi, telegram: Network, now: datetime
) -> None:
    words = "Bad Request: message can't be deleted for everyone"
    api.order(Fault(api.refusal(400, words)), at=api.deleting)
    with pytest.raises(Permanent, match="can't be deleted"):
        telegram.delete("41", now=now)
