"""Both protocols, through the same door: what is ours goes, and nothing is lost on the way."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publisher.channels import Permanent, Temporary, mailboxes
from tests import mailservers
from tests.channels.smtp import certificates
from tests.mailservers import Account

FIRST, SECOND = b"Subject: one\r\n\r\n.dot\r\n", b"Subject: two\r\n\r\nbody"
KINDS = {"imap": mailservers.imap, "pop3": mailservers.pop3}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def account(kind: str) -> Iterator[Account]:
    with KINDS[kind](FIRST, SECOND) as account:
        yield account


def read(url: str, act: Callable[[mailboxes.Box, list[str]], None] | None = None) -> list[bytes]:
    """Return what is in a mailbox, and do something with it."""
    with mailboxes.opened(mailboxes.parse(url)) as box:
        found = list(box.letters(100))
        if act:
            act(box, [letter.key for letter in found])
    return [letter.raw.rstrip(b"\r\n") for letter in found]


def test_every_mail_is_read_whole(account: Account, kind: str) -> None:
    assert read(account.url(kind)) == [FIRST.rstrip(), SECOND]


def test_what_was_read_is_read_again_until_it_is_taken_away(account: Account, kind: str) -> None:
    read(account.url(kind))
    assert len(account.mails) == 2
    read(account.url(kind), lambda box, keys: box.take_away(keys[:1]))
    assert list(account.mails.values()) == [SECOND]


def test_what_is_left_is_not_read_again(account: Account, kind: str) -> None:
    read(account.url(kind), lambda box, keys: box.leave(keys))
    assert read(account.url(kind)) == []


def test_no_more_are_read_than_wanted(account: Account, kind: str) -> None:
    with mailboxes.opened(mailboxes.parse(account.url(kind))) as box:
        assert len(list(box.letters(1))) == 1


def test_an_empty_mailbox_is_no_error(account: Account, kind: str) -> None:
    account.mails.clear()
    assert read(account.url(kind), lambda box, keys: box.take_away(keys)) == []


def test_whoever_breaks_off_deletes_nothing(account: Account, kind: str) -> None:
    def fail(box: mailboxes.Box, keys: list[str]) -> None:
        raise LookupError(keys)

    with pytest.raises(LookupError):
        read(account.url(kind), fail)
    assert len(account.mails) == 2


def test_a_mail_that_is_too_large_is_cut(
    account: Account, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"publisher.channels.mailboxes.{kind}.MOST_OCTETS", 10)
    account.mails = {1: FIRST + b"x" * 100}
    assert [len(raw) for raw in read(account.url(kind))] == [10]


def test_a_long_line_spoils_no_mailbox(account: Account, kind: str) -> None:
    account.mails = {1: b"x" * 100_000, 2: SECOND}
    assert [len(raw) for raw in read(account.url(kind))] == [100_000, len(SECOND)]


def test_a_wrong_password_is_told_without_showing_it(account: Account, kind: str) -> None:
    with pytest.raises(Permanent, match=r"refused the login of ada: .*wrong password") as told:
        read(account.url(kind).replace(mailservers.PASSWORD, "wrong-one"))
    assert "wrong-one" not in str(told.value)


@pytest.mark.parametrize("at", [("greeting",), ("LOGIN", "PASS"), ("FETCH", "RETR")])
def test_a_server_that_hangs_up_is_asked_again_later(
    account: Account, kind: str, at: tuple[str, ...]
) -> None:
    account.cut_off = at[-1] if kind == "pop3" else at[0]
    with pytest.raises(Temporary, match=r"No connection to 127\.0\.0\.1:\d+"):
        read(account.url(kind))


def test_a_silent_server_is_waited_for_no_longer_than_set(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"publisher.channels.mailboxes.{kind}.PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Temporary, match="it did not answer in time"):
            read(f"{kind}://ada:tide@127.0.0.1:{port}")


def test_nobody_listening_is_told(kind: str) -> None:
    with pytest.raises(Temporary, match="nobody listens there"):
        read(f"{kind}://ada:tide@127.0.0.1:9")


@pytest.mark.parametrize("how", ["s", "+starttls"])
def test_encrypted_only_with_a_certificate_that_is_trusted(
    kind: str, how: str, tmp_path: Path
) -> None:
    tls = certificates.self_signed(tmp_path)
    with KINDS[kind](FIRST, tls=tls, implicit=how == "s") as account:
        url = mailboxes.parse(account.url(f"{kind}{how}"))
        with mailboxes.opened(url, certificates.trusting(tmp_path)) as box:
            assert len(list(box.letters(9))) == 1
        with pytest.raises(Permanent, match=r"certificate of .* is not to be trusted"):
            read(account.url(f"{kind}{how}"))


def test_taken_mail_is_moved_where_the_url_says() -> None:
    with mailservers.imap(FIRST) as account:
        read(account.url("imap", "/INBOX?done=Old%20ones"), lambda box, keys: box.take_away(keys))
        assert account.moved == {"Old ones": [FIRST]}
        assert account.mails == {}


def test_where_a_server_cannot_move_it_copies_and_deletes() -> None:
    with mailservers.imap(FIRST) as account:
        account.offers = "IMAP4rev1"
        read(account.url("imap", "?done=Old"), lambda box, keys: box.take_away(keys))
        assert account.moved == {"Old": [FIRST]}
        assert account.flags == {1: {"\\Deleted"}}
        assert read(account.url("imap")) == []


def test_a_server_without_keywords_is_told_what_was_seen() -> None:
    with mailservers.imap(FIRST) as account:
        account.keywords = ""
        read(account.url("imap"), lambda box, keys: box.leave(keys))
        assert account.flags == {1: {"\\Seen"}}
        assert read(account.url("imap")) == []


def test_a_folder_that_is_not_there_is_named() -> None:
    with (
        mailservers.imap(FIRST) as account,
        pytest.raises(Permanent, match="refused the folder Bounces: there is no"),
    ):
        read(account.url("imap", "/Bounces"))
