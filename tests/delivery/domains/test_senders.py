"""Where our mail leaves from."""

from datetime import datetime

import pytest
from pytest_django import Settings

from publisher import secrecy
from publisher.delivery.domains import senders
from publisher.delivery.domains.senders import Sender
from publisher.delivery.models import Relay
from tests.delivery.domains.books import Book

pytestmark = pytest.mark.django_db
BOOK = Book({}, hosts={"mail.example": ["192.0.2.1", "2001:db8::1"]})


def test_what_the_operator_says_is_certain(settings: Settings) -> None:
    settings.PUBLISHER_SENDING_ADDRESSES = ("192.0.2.7", "2001:db8::7")
    settings.PUBLISHER_SMTP_URL = "smtp://mail.example"
    assert senders.found(BOOK) == [
        Sender("192.0.2.7", is_certain=True),
        Sender("2001:db8::7", is_certain=True),
    ]
    assert senders.mechanisms() == ["ip4:192.0.2.7", "ip6:2001:db8::7"]


def test_a_relay_is_asked_for_and_may_send_from_elsewhere(settings: Settings) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://mail.example"
    assert senders.found(BOOK) == [
        Sender("192.0.2.1", is_certain=False),
        Sender("2001:db8::1", is_certain=False),
    ]
    assert senders.mechanisms() == ["a:mail.example"]


def test_relays_of_our_own_take_the_place_of_the_setting(settings: Settings, now: datetime) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://elsewhere.example"
    sealed = secrecy.seal({"url": "smtp://192.0.2.9:2525"})
    Relay.objects.create(name="one", credentials=sealed, created_at=now)
    assert senders.found(BOOK) == [Sender("192.0.2.9", is_certain=False)]
    assert senders.mechanisms() == ["ip4:192.0.2.9"]


def test_the_built_in_mailbox_sends_nothing(settings: Settings) -> None:
    settings.PUBLISHER_SMTP_URL = ""
    assert senders.found(BOOK) == []
    assert senders.mechanisms() == []
