"""The listener for returned mail: one recipient, who must be wanted, and safe before it says so."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from publisher.channels import lmtp
from publisher.channels.lmtp import Door, Place
from publisher.errors import Refused
from tests.listening import listening

MAIL = b"Subject: returned\r\n\r\n.dot\r\n"
WANTED = "bounces+ours@courier.example"


@dataclass
class House:
    """What is behind the door; `problem` is what goes wrong inside."""

    taken: list[tuple[bytes, str]] = field(default_factory=list)
    problem: Exception | None = None
    has_left: bool = False

    def door(self) -> Door:
        return Door(is_wanted=lambda address: "+ours" in address, take=self.take, leave=self.leave)

    def take(self, raw: bytes, recipient: str) -> None:
        if self.problem:
            raise self.problem
        self.taken.append((raw, recipient))

    def leave(self) -> None:
        self.has_left = True


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def client(house: House) -> Iterator[smtplib.LMTP]:
    with listening(house.door()) as port, smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
        yield client


def test_returned_mail_is_taken_with_its_recipient(house: House, client: smtplib.LMTP) -> None:
    assert client.sendmail("", [WANTED], MAIL) == {}
    assert house.taken == [(MAIL, WANTED)]


def test_the_same_by_smtp(house: House) -> None:
    with (
        listening(house.door(), "smtp") as port,
        smtplib.SMTP("127.0.0.1", port, timeout=10) as client,
    ):
        client.sendmail("", [WANTED], MAIL)
    assert house.taken == [(MAIL, WANTED)]
    assert house.has_left


def test_mail_for_anybody_else_is_refused_at_once(house: House, client: smtplib.LMTP) -> None:
    client.ehlo_or_helo_if_needed()
    client.mail("eve@elsewhere.example")
    assert client.rcpt("victim@elsewhere.example")[0] == 550
    assert house.taken == []


def test_a_second_recipient_is_to_come_in_a_mail_of_its_own(client: smtplib.LMTP) -> None:
    client.ehlo_or_helo_if_needed()
    client.mail("")
    assert [client.rcpt(WANTED)[0], client.rcpt(WANTED)[0]] == [250, 452]


def test_what_could_not_be_kept_is_to_come_again(house: House, client: smtplib.LMTP) -> None:
    house.problem = OSError("no space")
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        client.sendmail("", [WANTED], MAIL)
    house.problem = None
    client.sendmail("", [WANTED], MAIL)
    assert len(house.taken) == 1


def test_more_than_ten_megabytes_are_refused_before_they_are_sent(client: smtplib.LMTP) -> None:
    client.ehlo_or_helo_if_needed()
    assert client.esmtp_features["size"] == "10000000"
    assert client.mail("", ["SIZE=10000001"])[0] == 552


def test_more_than_ten_megabytes_are_refused_afterwards_too(
    house: House, client: smtplib.LMTP
) -> None:
    client.ehlo_or_helo_if_needed()
    client.mail("")
    client.rcpt(WANTED)
    line = b"x" * 998 + b"\r\n"
    assert client.data(line * 10_100)[0] == 552
    assert house.taken == []


def test_long_lines_are_taken(house: House, client: smtplib.LMTP) -> None:
    client.sendmail("", [WANTED], b"x" * 50_000 + b"\r\n")
    assert len(house.taken[0][0]) == 50_002


def test_one_client_too_many_is_turned_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lmtp, "_MOST_CONNECTIONS", 2)
    with listening(house.door()) as port, ExitStack() as stack:
        greetings = []
        for _ in range(3):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            greetings.append(client.recv(3))
        assert greetings == [b"220", b"220", b"421"]


def test_a_place_is_read_from_a_url() -> None:
    assert lmtp.parse("lmtp://127.0.0.1:8024") == Place("lmtp", "127.0.0.1", 8024)
    assert lmtp.parse("smtp://[::]:2525") == Place("smtp", "::", 2525)


@pytest.mark.parametrize("url", ["lmtp://127.0.0.1", "http://a:1", "lmtp://a:x", "lmtp://a:1/b"])
def test_a_url_that_is_no_place_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="is no place to listen at"):
        lmtp.parse(url)
