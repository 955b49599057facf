"""What is the webhook's own: signatures, and that a repeat does no harm."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from publisher.channels import Permanent, Temporary
from publisher.channels.posts import Attachment, Card, Network
from publisher.channels.webhook import Credentials, Webhook, signing_key
from publisher.errors import Refused
from tests.channels.messages import said
from tests.channels.networks import webhook
from tests.channels.networks.fakes import Answer, Fault, refused, running
from tests.factories import NOW

PICTURE = Attachment("image/png", "Bow", 1200, 630, url="https://news.example/media/bow.png")
SHOWN = {
    "url": PICTURE.url,
    "media_type": "image/png",
    "alt": "Bow",
    "width": 1200,
    "height": 630,
}


@pytest.fixture
def receiver() -> Iterator[webhook.Receiver]:
    with running(webhook.Receiver()) as receiver:
        yield receiver


@pytest.fixture
def network(receiver: webhook.Receiver) -> Iterator[Network]:
    with closing(webhook.CASE.connect(receiver.url)) as network:
        yield network


def test_a_call_is_signed_as_the_specification_signs_its_example() -> None:
    there = Credentials("https://a.example", "whsec_plJ3nmyCDGBKInavdOK15jsl")
    signed = b'msg_loFOjxBNrRLzqYUf.1731705121.{"event_type":"ping","data":{"success":true}}'
    channel = Webhook(there, clock=lambda: NOW)
    assert channel._signature(signed) == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    channel.close()


def test_a_receiver_is_told_all_that_it_needs_to_post(
    receiver: webhook.Receiver, network: Network, now: datetime
) -> None:
    link = "https://news.example/ferry"
    card = Card(link, "The ferry", "It sails.", PICTURE)
    message = said(
        f"Ahoy {link}", link=link, language="de", attachments=(PICTURE,), card=card, reply_to="7"
    )
    network.send(message, now=now)
    assert receiver.told == [
        {
            "type": "post.created",
            "account": "courier",
            "id": message.key,
            "written_at": NOW.isoformat(),
            "text": f"Ahoy {link}",
            "link": link,
            "language": "de",
            "warning": "",
            "reply_to": "7",
            "thread": "",
            "media": [SHOWN],
            "card": {"url": link, "title": "The ferry", "description": "It sails."}
            | {"picture": SHOWN},
        }
    ]


def test_a_repeat_has_the_id_of_the_first_call_and_its_own_time(
    receiver: webhook.Receiver, network: Network, now: datetime
) -> None:
    for wait in (0, 60):
        network.send(said("The ferry sails."), now=now + timedelta(seconds=wait))
    first, second = (each.headers for each in receiver.heard)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60


@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b'{"id": null}', b"[" * 100_000])
def test_a_receiver_need_not_say_more_than_that_it_took_it(
    receiver: webhook.Receiver, network: Network, now: datetime, body: bytes
) -> None:
    receiver.order(Fault(Answer(204 if not body else 200, body)))
    message = said("The ferry sails.")
    receipt = network.send(message, now=now)
    assert (receipt.network_id, receipt.url) == (message.key, "")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "/posts/1", f"https://a.example/{'a' * 2000}"]
)
def test_what_is_no_address_makes_no_link(
    receiver: webhook.Receiver, network: Network, now: datetime, url: str
) -> None:
    receiver.order(Fault(Answer(200, json.dumps({"id": 5, "url": url}).encode())))
    receipt = network.send(said("The ferry sails."), now=now)
    assert (receipt.network_id, receipt.url) == ("5", "")


def test_a_doubt_is_settled_by_another_call_and_not_by_looking(
    network: Network, now: datetime
) -> None:
    assert webhook.CASE.kind.repeats_harmlessly
    network.send(said("The ferry sails."), now=now)
    assert network.find(said("The ferry sails."), since=now) is None


def test_a_receiver_that_wants_no_more_stops_the_account(
    receiver: webhook.Receiver, network: Network, now: datetime
) -> None:
    error = refused(receiver, network, Answer(410), now)
    assert isinstance(error, Permanent)
    assert error.stops_account


def test_a_receiver_without_time_is_believed_where_it_names_one(
    receiver: webhook.Receiver, network: Network, now: datetime
) -> None:
    error = refused(receiver, network, Answer(503, headers={"Retry-After": "90"}), now)
    assert isinstance(error, Temporary)
    assert error.retry_at == now + timedelta(seconds=90)


def test_a_signature_with_another_key_is_refused(receiver: webhook.Receiver) -> None:
    network = webhook.CASE.connect(receiver.url, secret="whsec_" + "QUJD" * 8)
    with pytest.raises(Permanent, match="The signature is wrong") as raised:
        network.profile()
    assert raised.value.stops_account
    network.close()


@pytest.mark.parametrize("secret", ["whsec_", "whsec_QUJD", "whsec_QUJ*" * 8, "not base64 at all"])
def test_what_nothing_can_be_signed_with_is_refused(secret: str) -> None:
    with pytest.raises(Refused, match=r"copy it from the receiver\.$") as refusal:
        signing_key(secret)
    assert secret.removeprefix("whsec_") == "" or secret not in str(refusal.value)


def test_neither_address_nor_secret_is_shown() -> None:
    there = replace(Credentials("https://a.example/gull-1", "whsec_gull-2"), account="courier")
    assert "gull" not in repr(there)
