"""`publisher mailboxes`."""

from collections.abc import Iterator

import pytest

from publisher.delivery.models import Mailbox
from tests import mailservers
from tests.cli.conftest import Ask, Run
from tests.mailservers import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Iterator[Account]:
    with mailservers.imap() as account:
        yield account


def test_a_mailbox_is_added_tested_listed_and_removed(
    publisher: Run, ask: Ask, account: Account
) -> None:
    url = account.url("imap", "/INBOX")
    assert publisher("mailboxes", "add", "returns", "--url", url).stdout == "returns\n"
    assert ask("mailboxes", "test", "returns")["state"] == "read"
    (line,) = ask("mailboxes", "list")
    assert line["where"] == f"imap://ada@127.0.0.1:{account.port}/INBOX"
    publisher("mailboxes", "remove", "returns")
    assert not Mailbox.objects.exists()


def test_a_mailbox_that_cannot_be_opened_is_a_sentence(publisher: Run, account: Account) -> None:
    publisher("mailboxes", "add", "returns", "--url", account.url("imap", "/Nowhere"))
    result = publisher("mailboxes", "test", "returns")
    assert result.exit_code == 1
    assert "refused the folder Nowhere" in result.stderr


def test_a_url_that_is_none_is_refused_without_its_password(publisher: Run) -> None:
    result = publisher("mailboxes", "add", "returns", "--url", "imap://ada:tide@mail.example")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "tide" not in result.stderr


def test_the_doctor_says_which_mailbox_cannot_be_read(
    publisher: Run, ask: Ask, account: Account
) -> None:
    assert ask("doctor", "--only", "mailboxes")[0]["found"].startswith("none")
    publisher("mailboxes", "add", "returns", "--url", account.url("imap"))
    assert ask("doctor", "--only", "mailboxes")[0]["state"] == "ok"
    Mailbox.objects.update(problem="It is down.")
    result = publisher("doctor", "--only", "mailboxes")
    assert result.exit_code == 1
    assert "'returns' cannot be read: It is down." in result.stdout
