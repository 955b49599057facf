"""One suite for all services: nothing is lost on the way, and every answer has its meaning."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from publisher.channels import Permanent, Temporary
from publisher.channels.esp.carrier import Service
from publisher.channels.esp.services import SERVICES
from publisher.channels.mail import Envelope, Outcome
from tests.channels.esp import mails
from tests.channels.esp.fakes import FAKES, Fake, Taken, answer, running
from tests.loopback import Answer

BYTES = {name for name, service in SERVICES.items() if service.takes_bytes}
AT_ONCE = [name for name, service in SERVICES.items() if service.most > 1]
KNOWN_AGAIN = [name for name, service in SERVICES.items() if service.idempotency]


@pytest.fixture(params=sorted(FAKES))
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """Run each service in turn."""
    with running(request.param) as fake:
        yield fake


@dataclass
class Ledger:
    """What the engine writes down."""

    outcomes: list[Outcome] = field(default_factory=list)
    doubts: list[int] = field(default_factory=list)
    stop_after: int = 10**9
    asked: int = 0

    @property
    def verdicts(self) -> dict[int, str]:
        """Return what became of each; nobody may have two."""
        assert len({outcome.key for outcome in self.outcomes}) == len(self.outcomes)
        return {outcome.key: outcome.verdict for outcome in self.outcomes}

    def may_send(self) -> bool:
        """Count the questions."""
        self.asked += 1
        return self.asked <= self.stop_after


def send(
    fake: Fake,
    envelopes: Iterator[Envelope],
    ledger: Ledger | None = None,
    connections: int | None = None,
) -> Ledger:
    """Send by a carrier that is closed afterwards; what it raises is raised."""
    ledger = ledger or Ledger()

    async def act() -> None:
        service = Service(fake.name, fake.options, connections=connections)
        try:
            await service.send(
                envelopes,
                on_outcome=ledger.outcomes.append,
                on_doubt=ledger.doubts.append,
                may_send=ledger.may_send,
            )
        finally:
            await service.close()

    asyncio.run(act())
    return ledger


def failing(
    fake: Fake, error: type[Exception], envelopes: Iterator[Envelope] | None = None
) -> tuple[Ledger, Exception]:
    """Return what is written down, and what is raised, when one mail or some are sent."""
    ledger = Ledger()
    with pytest.raises(error) as caught:
        send(fake, envelopes or mails.envelopes(1), ledger)
    return ledger, caught.value


def status(code: int, **headers: str) -> Callable[[Sequence[Taken]], Answer]:
    """Return a step of a script: this status, and a sentence."""
    return lambda _: answer({"message": "Not so"}, code, **headers)


def hanging_up(_: Sequence[Taken]) -> Answer:
    """Break off in the middle of the answer."""
    return Answer(headers={"Content-Length": "1000"}, stream=[b"{"])


def garbled(_: Sequence[Taken]) -> Answer:
    """Say yes in words that nobody understands."""
    return Answer(b"<html>", 200, {"Content-Type": "text/html"})


def test_every_mail_is_handed_over_once_and_said_to_be_sent(fake: Fake) -> None:
    count = SERVICES[fake.name].most + 20
    ledger = send(fake, mails.envelopes(count))
    assert ledger.verdicts == dict.fromkeys(range(1, count + 1), "sent")
    assert sorted(mail.recipient for mail in fake.taken) == sorted(
        f"reader{key}@example.org" for key in range(1, count + 1)
    )
    assert {outcome.code for outcome in ledger.outcomes} == {250}


def test_nothing_of_a_mail_is_lost(fake: Fake) -> None:
    send(fake, mails.envelopes(1))
    (mail,) = fake.taken
    templated = SERVICES[fake.name].templates
    assert (mail.recipient, mail.mark) == ("reader1@example.org", "mark1")
    assert mail.to.endswith("<reader1@example.org>")
    assert mail.sender == '"The Harbour, Courier" <daily@courier.example>'
    assert mail.reply_to == "editors@courier.example"
    assert mail.subject.replace("\u2060", "") == mails.SUBJECT
    assert mail.text.replace("\u2060", "") == mails.TEXT
    assert mail.html.replace("&#123;", "{") == mails.HTML
    assert ("{{7*7}}" in mail.subject + mail.text + mail.html) is not templated
    assert (
        mail.headers.items()
        >= {
            "List-Id": "The Daily <daily.courier.example>",
            "List-Unsubscribe": "<https://courier.example/unsubscribe/1/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": "1:daily:courier",
            "Auto-Submitted": "auto-generated",
        }.items()
    )


def test_a_name_with_everything_in_it_arrives(fake: Fake) -> None:
    send(fake, mails.envelopes(1))
    name = fake.taken[0].to.rpartition(" <")[0]
    read = name[1:-1].replace(r"\"", '"') if name.startswith('"') else name
    assert read == mails.NAME


@pytest.mark.parametrize("name", sorted(BYTES))
def test_what_takes_bytes_gets_the_very_bytes(name: str) -> None:
    mail = mails.envelope(1)
    with running(name) as fake:
        send(fake, iter([mail]))
        assert fake.taken[0].raw == mail.message


@pytest.mark.parametrize("name", sorted(FAKES.keys() - BYTES))
def test_our_message_id_stays_where_the_service_lets_it(name: str) -> None:
    with running(name) as fake:
        send(fake, mails.envelopes(1))
        kept = fake.taken[0].headers.get("Message-ID") == "<mark1@courier.example>"
        assert kept is SERVICES[name].keeps_message_id


@pytest.mark.parametrize("name", AT_ONCE)
def test_many_mails_go_in_one_call(name: str) -> None:
    with running(name) as fake:
        send(fake, mails.envelopes(130))
        most = SERVICES[name].most
        assert sorted(map(len, fake.calls), reverse=True)[:1] == [most]
        assert len(fake.calls) == -(-130 // most)


def test_connections_are_kept(fake: Fake) -> None:
    send(fake, mails.envelopes(2 * SERVICES[fake.name].most + 1), connections=1)
    assert len(fake.calls) == 3
    assert fake.site.connections == 1


def test_an_unknown_address_is_refused_and_stops_nobody_else(fake: Fake) -> None:
    fake.unknown = frozenset({"reader7@example.org"})
    ledger = send(fake, mails.envelopes(20))
    assert ledger.verdicts == dict.fromkeys(range(1, 21), "sent") | {7: "refused"}
    assert len(fake.taken) == 19
    (refused,) = (outcome for outcome in ledger.outcomes if outcome.key == 7)
    assert refused.code == 550
    assert SERVICES[fake.name].title in refused.detail


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_key_that_is_refused_stops_the_relay(fake: Fake, code: int) -> None:
    fake.script = [status(code)] * 50
    ledger, error = failing(fake, Permanent)
    assert isinstance(error, Permanent)
    assert error.stops_account
    assert not ledger.outcomes
    assert "the-key" not in str(error)


def test_a_mail_that_is_not_accepted_burns_nobody(fake: Fake) -> None:
    fake.script = [status(400)] * 50
    ledger, error = failing(fake, Permanent, mails.envelopes(5))
    assert isinstance(error, Permanent)
    assert not error.stops_account
    assert not ledger.outcomes
    assert "Not so" in str(error)


def test_a_service_that_is_down_is_tried_later(fake: Fake) -> None:
    fake.script = [status(503)] * 50
    ledger, _ = failing(fake, Temporary, mails.envelopes(5))
    assert not ledger.outcomes
    assert not ledger.doubts


def test_too_many_calls_wait_as_long_as_they_are_told(fake: Fake) -> None:
    when = "Mon, 23 Nov 2026 08:00:00 GMT"
    fake.script = [status(429, Date=when, **{"Retry-After": "90"})] * 50
    _, error = failing(fake, Temporary)
    assert isinstance(error, Temporary)
    assert error.retry_at
    assert error.retry_at.isoformat() == "2026-11-23T08:01:30+00:00"


def test_a_short_wait_is_waited_for(fake: Fake) -> None:
    fake.script = [status(429, **{"Retry-After": "0"}), None]
    assert send(fake, mails.envelopes(1)).verdicts == {1: "sent"}


def test_nobody_listening_has_sent_nothing(fake: Fake) -> None:
    ledger = Ledger()

    async def act() -> None:
        away = Service(fake.name, {**fake.options, "api_url": "http://127.0.0.1:9"})
        await away.send(
            mails.envelopes(3),
            on_outcome=ledger.outcomes.append,
            on_doubt=ledger.doubts.append,
            may_send=lambda: True,
        )

    with pytest.raises(Temporary, match="cannot be reached"):
        asyncio.run(act())
    assert (ledger.outcomes, ledger.doubts) == ([], [])


@pytest.mark.parametrize("name", sorted(FAKES.keys() - KNOWN_AGAIN))
@pytest.mark.parametrize(
    "step", [hanging_up, status(500), garbled], ids=["hangs up", "500", "garbled"]
)
def test_an_answer_that_is_lost_leaves_a_doubt(
    name: str, step: Callable[[Sequence[Taken]], Answer]
) -> None:
    if (name, step) == ("sendgrid", garbled):
        pytest.skip("the status says all")
    with running(name) as fake:
        fake.script = [step]
        ledger, _ = failing(fake, Temporary)
        assert (ledger.outcomes, ledger.doubts) == ([], [1])


@pytest.mark.parametrize("name", KNOWN_AGAIN)
def test_a_call_that_is_known_again_is_made_again(name: str) -> None:
    with running(name) as fake:
        fake.script = [hanging_up, None]
        ledger = send(fake, mails.envelopes(3))
        assert ledger.verdicts == dict.fromkeys(range(1, 4), "sent")
        first, second = fake.site.posted
        assert first.body == second.body
        assert first.headers.get("idempotency-key") == second.headers.get("idempotency-key")


@pytest.mark.parametrize("name", KNOWN_AGAIN)
@pytest.mark.parametrize("code", [400, 401, 503])
def test_what_is_said_after_a_lost_answer_does_not_undo_the_doubt(name: str, code: int) -> None:
    with running(name) as fake:
        fake.script = [hanging_up, status(code)]
        ledger, _ = failing(fake, Temporary, mails.envelopes(3))
        assert ledger.doubts == [1, 2, 3]
        assert len(fake.site.posted) == 2


def test_resend_says_that_it_had_these_mails_before() -> None:
    with running("resend") as fake:
        fake.script = [lambda _: answer({"name": "invalid_idempotent_request"}, 409)]
        assert send(fake, mails.envelopes(2)).verdicts == {1: "sent", 2: "sent"}


def test_a_lost_answer_stops_what_has_not_left() -> None:
    with running("sendgrid") as fake:
        fake.script = [None, status(500)]
        ledger = Ledger()
        with pytest.raises(Temporary):
            send(fake, mails.envelopes(9), ledger, connections=1)
        assert (ledger.verdicts, ledger.doubts) == ({1: "sent"}, [2])


def test_several_may_send_at_once_and_share_the_connections() -> None:
    ledger = Ledger()

    async def act(fake: Fake) -> None:
        service = Service(fake.name, fake.options, connections=2)
        crowd = (
            service.send(
                iter([mails.envelope(3 * place + key) for key in range(3)]),
                on_outcome=ledger.outcomes.append,
                on_doubt=ledger.doubts.append,
                may_send=ledger.may_send,
            )
            for place in range(4)
        )
        await asyncio.gather(*crowd)
        await service.close()

    with running("mailgun") as fake:
        asyncio.run(act(fake))
        assert fake.site.connections <= 2
    assert ledger.verdicts == dict.fromkeys(range(12), "sent")


def test_nothing_leaves_after_the_caller_said_stop(fake: Fake) -> None:
    ledger = send(fake, mails.envelopes(20), Ledger(stop_after=4))
    assert len(ledger.verdicts) == len(fake.taken) == 4


def test_what_the_caller_raises_is_raised(fake: Fake) -> None:
    def broken() -> Iterator[Envelope]:
        yield mails.envelope(1)
        raise LookupError

    with pytest.raises(LookupError):
        send(fake, broken())


def test_an_address_abroad_is_written_in_ascii(fake: Fake) -> None:
    send(fake, iter([mails.envelope(1, "zoe@bücher.example")]))
    assert fake.taken[0].recipient == "zoe@xn--bcher-kva.example"


def test_accents_before_the_at_are_refused_and_stop_nobody_else(fake: Fake) -> None:
    ledger = send(fake, iter([mails.envelope(1, "zoë@bücher.example"), mails.envelope(2)]))
    assert ledger.verdicts == {1: "refused", 2: "sent"}
    assert len(fake.taken) == 1


def test_a_good_key_is_known_without_sending(fake: Fake) -> None:
    asyncio.run(Service(fake.name, fake.options).probe())
    assert not fake.calls


def test_a_wrong_key_is_named_without_being_shown(fake: Fake) -> None:
    if fake.name == "amazon_ses":
        fake.site.answers["/v2/email/account"] = answer(
            {"message": "No"}, 403, **{"x-amzn-ErrorType": "UnrecognizedClientException"}
        )
    with pytest.raises(Permanent) as caught:
        asyncio.run(Service(fake.name, {**fake.options, "key": "wrong-one"}).probe())
    assert caught.value.stops_account
    assert "wrong-one" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(FAKES.keys() - BYTES))
def test_a_part_that_would_be_lost_is_named(name: str) -> None:
    mail = mails.envelope(1)
    odd = mail._replace(message=mail.message.replace(b"text/html;", b"text/x-amp-html;"))
    with running(name) as fake:
        _, error = failing(fake, Permanent, iter([odd]))
    assert "text/x-amp-html" in str(error)
