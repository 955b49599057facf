"""Mail that comes back: a token of ours decides whose it is, and nothing that it claims."""

import logging
import time
from datetime import datetime
from pathlib import Path

import pytest

from publisher import links
from publisher.audience import actions as audience
from publisher.audience.models import Suppression
from publisher.delivery import returned, verp
from publisher.delivery.models import Delivery, Mailing, Report
from tests.delivery import mails
from tests.delivery.mails import forged
from tests.factories import SubscriptionFactory

pytestmark = pytest.mark.django_db
ADA = "ada@reader.example"
VICTIM = "victim@reader.example"


@pytest.fixture
def sent(now: datetime) -> Delivery:
    """Return what was sent to Ada; a victim got the same mail."""
    mailing = Mailing.objects.create(
        lane="bulk", state="closed", sender="daily@courier.example", frozen=b"", created_at=now
    )
    for email in (VICTIM, ADA):
        reader = SubscriptionFactory.create(subscriber__email=email).subscriber
        last = Delivery.objects.create(
            mailing=mailing, subscriber=reader, state="sent", finished_at=now
        )
    return last


def path(sent: Delivery) -> str:
    return verp.return_path("bounces@courier.example", sent.pk)


def message_id(sent: Delivery) -> str:
    return links.Personal("courier.example").message_id(sent.pk)


def test_the_address_it_came_to_says_which_delivery_it_is(sent: Delivery, now: datetime) -> None:
    assert returned.take(mails.dsn([ADA]), [path(sent)], now=now) == 1
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("bounced", "550 5.1.1 no such user")
    assert audience.is_suppressed(ADA)


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "Envelope-To", "To"])
def test_without_an_envelope_the_head_says_it(sent: Delivery, now: datetime, field: str) -> None:
    raw = f"{field}: Bounces <{path(sent).upper()}>\r\n".encode() + mails.dsn([ADA])
    assert returned.take(raw, [], now=now) == 1


def test_the_quoted_message_id_says_it_where_no_address_does(sent: Delivery, now: datetime) -> None:
    assert returned.take(mails.dsn([ADA], message_id=message_id(sent)), [], now=now) == 1
    assert Report.objects.get().delivery == sent


def test_a_forged_verp_hmac_is_ignored(sent: Delivery, now: datetime) -> None:
    fake = forged(path(sent))
    assert returned.take(mails.dsn([ADA], to=fake), [fake], now=now) == 0
    assert not Report.objects.exists()


def test_a_forged_complaint_for_another_reader_touches_only_the_tokens_own_row(
    sent: Delivery, now: datetime
) -> None:
    assert returned.take(mails.arf(VICTIM), [], now=now) == 0
    returned.take(mails.arf(VICTIM, message_id=message_id(sent)), [], now=now)
    assert not audience.is_suppressed(VICTIM)
    assert set(Report.objects.values_list("delivery", flat=True)) == {sent.pk}


def test_of_several_recipients_only_the_tokens_own_counts(sent: Delivery, now: datetime) -> None:
    raw = mails.dsn(["ben@reader.example", VICTIM, "Ada@Reader.example"])
    assert returned.take(raw, [path(sent)], now=now) == 1
    assert not audience.is_suppressed(VICTIM)
    assert audience.is_suppressed(ADA)


def test_among_several_strangers_nobody_knows_which_is_the_reader(
    sent: Delivery, now: datetime
) -> None:
    raw = mails.dsn(["ben@reader.example", VICTIM])
    assert returned.take(raw, [path(sent)], now=now) == 0


def test_a_dead_mailbox_elsewhere_silences_no_reader_who_forwards(
    sent: Delivery, now: datetime
) -> None:
    returned.take(mails.dsn(["old@elsewhere.example"]), [path(sent)], now=now)
    assert not Report.objects.get().hard
    assert not audience.is_suppressed(ADA)


def test_the_mailbox_behind_an_alias_is_the_readers_own(sent: Delivery, now: datetime) -> None:
    returned.take(mails.dsn(["u1234@reader.example"]), [path(sent)], now=now)
    assert audience.is_suppressed(ADA)


def test_a_complaint_suppresses_and_an_automatic_answer_does_not(
    sent: Delivery, now: datetime
) -> None:
    returned.take(mails.away(path(sent)), [path(sent)], now=now)
    assert not Suppression.objects.exists()
    returned.take(mails.arf(ADA), [path(sent)], now=now)
    assert Suppression.objects.get().reason.startswith("Complaint on")


def test_a_mail_that_is_taken_twice_counts_once(sent: Delivery, now: datetime) -> None:
    for _ in range(2):
        returned.take(mails.dsn([ADA], told=mails.FULL), [path(sent)], now=now)
    assert Report.objects.count() == 1


def test_what_has_nothing_to_do_with_us_is_told_apart(sent: Delivery) -> None:
    assert not returned.read(mails.letter(), []).is_ours
    assert not returned.read(mails.dsn([ADA]), []).is_ours
    assert returned.read(mails.dsn([ADA]), [path(sent)]).is_ours


def test_what_nobody_understands_is_set_aside_and_counted(
    sent: Delivery, now: datetime, home: Path
) -> None:
    assert returned.take(mails.letter(path(sent)), [], now=now) == 0
    (kept,) = (home / "returned").glob("*.eml")
    assert kept.read_bytes() == mails.letter(path(sent))
    assert returned.set_aside() == 1


def test_a_mail_that_breaks_the_parser_is_set_aside_and_stops_nobody(
    sent: Delivery, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(raw: bytes) -> list[object]:
        raise RecursionError(len(raw))

    monkeypatch.setattr("publisher.delivery.bounces.parse", broken)
    with caplog.at_level(logging.CRITICAL):
        assert returned.take(mails.dsn([ADA]), [path(sent)], now=now) == 0
    assert returned.set_aside() == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 1000,
        b"To: " + b"a" * 1_000_000 + b"@",
        b"To: x@y.example\r\n" * 100_000,
        b"\r\n".join([b"Content-Type: multipart/mixed; boundary=b", b"", *[b"--b"] * 200_000]),
        b"x" * 11_000_000,
    ],
    ids=["empty", "NUL", "long", "many fields", "many parts", "11 MB"],
)
def test_a_hostile_mail_harms_nobody_and_takes_less_than_a_second(
    raw: bytes, now: datetime
) -> None:
    begun = time.monotonic()
    assert returned.take(raw, [], now=now) == 0
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
def test_what_a_machine_or_a_friend_reports_is_no_complaint(
    sent: Delivery, now: datetime, kind: str
) -> None:
    raw = mails.arf(ADA, kind=kind)
    assert returned.take(raw, [path(sent)], now=now) == 0
    assert not Suppression.objects.exists()


def test_a_server_that_gave_up_is_final(sent: Delivery, now: datetime) -> None:
    told = ("failed", "4.4.7", "451 4.4.7 delivery time expired")
    returned.take(mails.dsn([ADA], told=told), [path(sent)], now=now)
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert not audience.is_suppressed(ADA)
