"""Mailboxes of returned mail: emptied when due, and a crash repeats what it cannot have lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from publisher.audience import actions as audience
from publisher.delivery import mailboxes, reports, verp
from publisher.delivery.models import Delivery, Mailbox, Mailing, Report
from publisher.errors import Refused
from tests import mailservers
from tests.delivery import mails
from tests.factories import SubscriberFactory
from tests.mailservers import Account

pytestmark = pytest.mark.django_db
ADA = "ada@reader.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bounce(now: datetime) -> bytes:
    """Return that Ada's mailbox does not exist."""
    mailing = Mailing.objects.create(
        lane="bulk", state="closed", sender="daily@courier.example", frozen=b"", created_at=now
    )
    sent = Delivery.objects.create(
        mailing=mailing,
        subscriber=SubscriberFactory.create(email=ADA),
        state="sent",
        finished_at=now,
    )
    return mails.dsn([ADA], to=verp.return_path("bounces@courier.example", sent.pk))


@pytest.fixture
def account(bounce: bytes) -> Iterator[Account]:
    with mailservers.imap(mails.letter(), bounce) as account:
        yield account


def add(account: Account, now: datetime) -> int:
    return mailboxes.add("returns", account.url("imap"), now=now)


def test_a_bounce_is_taken_and_what_people_wrote_stays(account: Account, now: datetime) -> None:
    assert mailboxes.poll(add(account, now), now=now) == 1
    assert audience.is_suppressed(ADA)
    assert list(account.mails.values()) == [mails.letter()]


def test_a_mailbox_is_due_every_minute_and_handed_out_once(account: Account, now: datetime) -> None:
    box = add(account, now)
    assert mailboxes.claim_due(now=now) == [box]
    assert mailboxes.claim_due(now=now) == []
    mailboxes.poll(box, now=now)
    assert mailboxes.claim_due(now=now) == []
    assert mailboxes.claim_due(now=now + MINUTE) == [box]


def test_more_than_is_read_at_once_is_due_at_once(
    account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "_AT_ONCE", 1)
    box = add(account, now)
    assert [mailboxes.poll(box, now=now), mailboxes.poll(box, now=now)] == [0, 1]
    assert Mailbox.objects.get().due_at == now


def test_what_could_not_be_stored_stays_in_the_mailbox(
    account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, now: datetime) -> None:
        raise OSError(str(now))

    with monkeypatch.context() as patch:
        patch.setattr(reports, "take", fail)
        with pytest.raises(OSError, match="2026"):
            mailboxes.poll(add(account, now), now=now)
    assert len(account.mails) == 2


def test_a_crash_between_commit_and_deletion_repeats_and_counts_once(
    account: Account, now: datetime
) -> None:
    account.cut_off = "STORE"
    box = add(account, now)
    assert mailboxes.poll(box, now=now) == 0
    assert len(account.mails) == 2
    account.cut_off = ""
    assert mailboxes.poll(box, now=now) == 1
    assert Report.objects.count() == 1


def test_a_server_that_is_down_is_asked_again_soon(now: datetime) -> None:
    box = mailboxes.add("returns", "imap://ada:tide@127.0.0.1:9", now=now)
    assert mailboxes.poll(box, now=now) == 0
    row = Mailbox.objects.get()
    assert row.problem == "No connection to 127.0.0.1:9: nobody listens there."
    assert row.due_at == now + 5 * MINUTE


def test_a_server_that_refuses_us_waits_for_somebody_to_look(
    account: Account, now: datetime
) -> None:
    wrong = account.url("imap").replace(mailservers.PASSWORD, "wrong")
    box = mailboxes.add("returns", wrong, now=now)
    mailboxes.poll(box, now=now)
    (line,) = mailboxes.mailboxes()
    assert "refused the login of ada" in line.problem
    assert line.due_at == now + 60 * MINUTE


def test_a_mailbox_that_can_be_opened_again_is_read_again(account: Account, now: datetime) -> None:
    add(account, now)
    Mailbox.objects.update(problem="It was down.", due_at=now + 60 * MINUTE)
    mailboxes.check("returns", now=now)
    (line,) = mailboxes.mailboxes()
    assert (line.problem, line.due_at) == ("", now)


def test_nobody_sees_a_password(account: Account, now: datetime) -> None:
    add(account, now)
    (line,) = mailboxes.mailboxes()
    assert line.where == f"imap://ada@127.0.0.1:{account.port}/INBOX"
    assert mailservers.PASSWORD.encode() not in bytes(Mailbox.objects.get().credentials)


def test_a_name_is_given_once_and_must_be_one(account: Account, now: datetime) -> None:
    add(account, now)
    with pytest.raises(Refused, match="There is a mailbox 'returns' already"):
        add(account, now)
    with pytest.raises(Refused, match="only letters, digits"):
        mailboxes.add("re turns", account.url("imap"), now=now)
    with pytest.raises(Refused, match="There is no mailbox 'elsewhere'"):
        mailboxes.remove("elsewhere")


def test_a_mailbox_that_is_gone_is_no_error(account: Account, now: datetime) -> None:
    box = add(account, now)
    mailboxes.remove("returns")
    assert mailboxes.poll(box, now=now) == 0
