"""`publisher bounces`: a pipe and a listener for mail that comes back."""

import os
import smtplib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db import OperationalError

from publisher.audience import actions as audience
from publisher.cli import bounces
from publisher.delivery import returned, verp
from publisher.delivery.models import Delivery, Mailing, Report
from tests.cli.conftest import Ask, Run
from tests.delivery import mails
from tests.delivery.mails import forged
from tests.factories import SubscriberFactory
from tests.listening import listening

ADA = "ada@reader.example"
Send = Callable[[], str]


@pytest.fixture
def send(now: datetime) -> Send:
    """Give what sends Ada a mail and returns to which address it would come back."""

    def one() -> str:
        reader = SubscriberFactory.create(email=ADA)
        mailing = Mailing.objects.create(
            lane="bulk", state="closed", sender="daily@courier.example", frozen=b"", created_at=now
        )
        sent = Delivery.objects.create(
            mailing=mailing, subscriber=reader, state="sent", finished_at=now
        )
        return verp.return_path("bounces@courier.example", sent.pk)

    return one


@pytest.mark.django_db
def test_a_mail_is_taken_from_a_pipe(ask: Ask, send: Send) -> None:
    said = ask("bounces", "take", "-", "--to", send(), said=mails.dsn([ADA]))
    assert said == {"reports": 1}
    assert audience.is_suppressed(ADA)


@pytest.mark.django_db
def test_a_mail_is_taken_from_a_file(publisher: Run, send: Send, tmp_path: Path) -> None:
    file = tmp_path / "returned.eml"
    file.write_bytes(mails.dsn([ADA], to=send()))
    result = publisher("bounces", "take", file)
    assert (result.exit_code, result.stdout) == (0, "1 report taken.\n")


@pytest.mark.django_db
def test_a_pipe_hears_what_a_mail_server_understands(publisher: Run, send: Send) -> None:
    fake = forged(send())
    result = publisher("bounces", "take", "-", "--to", fake, said=mails.dsn([ADA]))
    assert result.exit_code == os.EX_NOUSER
    assert publisher("bounces", "take", "nowhere.eml").exit_code == os.EX_NOINPUT
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_without_a_database_the_mail_is_to_come_again(
    publisher: Run, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, now: datetime) -> int:
        raise OperationalError(f"away at {now}")

    monkeypatch.setattr(returned, "take", away)
    result = publisher("bounces", "take", "-", said=mails.dsn([ADA]))
    assert (result.exit_code, result.stderr.count("\n")) == (os.EX_TEMPFAIL, 1)


@pytest.mark.django_db(transaction=True)
def test_the_listener_has_committed_before_it_says_so(send: Send) -> None:
    address = send()
    with listening(bounces.door()) as port, smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail("", [address.upper()], mails.dsn([ADA]))
        assert Report.objects.get().hard
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("", [forged(address)], mails.dsn([ADA]))


def test_the_listener_must_be_told_where(publisher: Run) -> None:
    result = publisher("bounces", "listen")
    assert result.exit_code == 1
    assert "say it with --lmtp" in result.stderr
    assert publisher("bounces", "listen", "--lmtp", "a:1", "--smtp", "a:1").exit_code == 2
    assert publisher("bounces", "listen", "--lmtp", "nowhere").exit_code == 1
