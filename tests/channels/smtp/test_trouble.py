"""A message is never lost, and sent twice only where the protocol leaves no other way."""

import asyncio
from collections.abc import Callable

import pytest

from publisher.channels import Permanent, Temporary
from publisher.channels.smtp import Relay
from publisher.channels.smtp.patience import Patience
from tests.channels.smtp.servers import (
    HANG_UP,
    SHORT,
    SILENCE,
    Ledger,
    Script,
    Server,
    envelope,
    envelopes,
    sent,
)

PIPELINING = ("PIPELINING",)
both_ways = pytest.mark.parametrize("extensions", [PIPELINING, ()], ids=["pipelined", "lock-step"])


def once(command: str, answer: str, time: int = 1) -> Script:
    """Answer so the first time (or another) that a command is said, as usual ever after."""
    heard = 0

    def script(said: str) -> str | None:
        nonlocal heard
        heard += said.startswith(command)
        return answer if said.startswith(command) and heard == time else None

    return script


def always(command: str, answer: str) -> Script:
    """Answer so every time."""
    return lambda said: answer if said.startswith(command) else None


def _patience(trouble: str) -> Patience | None:
    """Wait for long, except for what will never come."""
    return SHORT if trouble == SILENCE else None


@both_ways
@pytest.mark.parametrize(
    ("command", "answer", "verdict"),
    [
        ("RCPT TO:<reader2@", "450 4.2.1 Mailbox busy", ("deferred", 450)),
        ("RCPT TO:<reader2@", "550 5.1.1 No such user", ("refused", 550)),
        (".", "451 4.3.0 Try again", ("deferred", 451)),
        (".", "554 5.7.1 This is spam", ("refused", 554)),
        ("MAIL", "452 4.3.1 Disk full", ("deferred", 452)),
        ("DATA", "554 5.5.1 No valid recipients", ("refused", 554)),
    ],
)
def test_one_refused_message_leaves_the_others_alone(
    extensions: tuple[str, ...], command: str, answer: str, verdict: tuple[str, int]
) -> None:
    time = 1 if command.startswith("RCPT") else 2
    server = Server(once(command, answer, time), extensions)
    ledger = asyncio.run(sent(server, envelopes(4)))
    assert ledger.verdicts == dict.fromkeys((1, 3, 4), ("sent", 250)) | {2: verdict}
    assert len(server.connections) == 1
    # With PIPELINING a server that says 354 all the same gets an empty message, which counts.
    full = [body for *_, body in server.mails if body]
    assert full == [envelope(key).message for key in (1, 3, 4)]


def test_an_empty_message_ends_data_that_was_accepted_for_nobody() -> None:
    server = Server(once("RCPT", "550 5.1.1 No such user"))
    ledger = asyncio.run(sent(server, envelopes(2)))
    assert server.connections[0][3:6] == ["DATA", ".", "MAIL FROM:<bounces@courier.example>"]
    assert server.mails[0][2] == b""
    assert ledger.verdicts == {1: ("refused", 550), 2: ("sent", 250)}


def test_a_transaction_that_data_ended_is_reset() -> None:
    server = Server(once("DATA", "503 5.5.1 No recipients"))
    asyncio.run(sent(server, envelopes(2)))
    assert server.connections[0][3:6] == ["DATA", "RSET", "MAIL FROM:<bounces@courier.example>"]


def test_the_detail_is_the_servers_own_text_in_one_clean_line() -> None:
    answer = (
        f"550-5.1.1 The mailbox\x1b[31m\r\n550-5.1.1 does\tnot exist {'x' * 600}\r\n550 5.1.1 !"
    )
    ledger = asyncio.run(sent(Server(once("RCPT", answer)), envelopes(1)))
    detail = ledger.outcomes[0].detail
    assert detail.startswith("5.1.1 The mailbox [31m does not exist xxx")
    assert len(detail) == 500


@both_ways
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("trouble", [HANG_UP, SILENCE, "421 4.3.2 Shutting down", "hello?"])
def test_what_had_not_left_is_sent_once_by_another_connection(
    extensions: tuple[str, ...], command: str, trouble: str
) -> None:
    server = Server(once(command, trouble, time=3), extensions)
    ledger = asyncio.run(sent(server, envelopes(6), patience=_patience(trouble)))
    assert sorted(server.recipients) == [f"reader{key}@example.org" for key in range(1, 7)]
    assert ledger.verdicts == dict.fromkeys(range(1, 7), ("sent", 250))
    assert not ledger.doubts
    assert len(server.connections) == 2


@both_ways
@pytest.mark.parametrize("trouble", [HANG_UP, SILENCE, "hello?", "354 More?"])
def test_what_had_left_without_an_answer_is_in_doubt(
    extensions: tuple[str, ...], trouble: str
) -> None:
    server = Server(once(".", trouble, time=3), extensions)
    ledger = asyncio.run(sent(server, envelopes(6), patience=_patience(trouble)))
    assert ledger.doubts == [3]
    assert ledger.verdicts == dict.fromkeys((1, 2, 4, 5, 6), ("sent", 250))
    assert sorted(server.recipients) == [f"reader{key}@example.org" for key in (1, 2, 4, 5, 6)]


@both_ways
def test_a_server_that_shuts_down_instead_of_taking_a_message_deferred_it(
    extensions: tuple[str, ...],
) -> None:
    server = Server(once(".", "421 4.3.2 Shutting down", time=2), extensions)
    ledger = asyncio.run(sent(server, envelopes(4)))
    assert ledger.verdicts[2] == ("deferred", 421)
    assert [key for key, (verdict, _) in ledger.verdicts.items() if verdict == "sent"] == [1, 3, 4]
    assert len(server.connections) == 2


def test_connections_that_break_all_the_time_lose_and_double_nothing() -> None:
    heard: set[str] = set()

    def script(command: str) -> str | None:
        first_time = command.startswith("RCPT") and command not in heard
        heard.add(command)
        return HANG_UP if first_time and "7@" in command else None

    server = Server(script)
    ledger = asyncio.run(sent(server, envelopes(300), connections=5))
    assert sorted(server.recipients) == sorted(f"reader{n}@example.org" for n in range(1, 301))
    assert ledger.verdicts == dict.fromkeys(range(1, 301), ("sent", 250))
    assert not ledger.doubts
    assert len(server.connections) >= 30


def test_a_message_that_breaks_every_connection_is_left_without_an_outcome() -> None:
    server = Server(always("RCPT TO:<reader3@", HANG_UP))
    ledger = asyncio.run(sent(server, envelopes(6)))
    assert sorted(ledger.verdicts) == [1, 2, 4, 5, 6]
    assert not ledger.doubts
    assert [command for talk in server.connections for command in talk].count(
        "RCPT TO:<reader3@example.org>"
    ) == 3


@pytest.mark.parametrize("trouble", [HANG_UP, "421 4.7.0 Too much mail from you"])
def test_a_server_that_hangs_up_on_everything_is_left_alone(trouble: str) -> None:
    server, ledger = Server(always("MAIL", trouble)), Ledger()

    async def act() -> None:
        async with server.serving():
            await ledger.send(Relay(server.url()), envelopes(100))

    with pytest.raises(Temporary, match=r"127\.0\.0\.1:\d+ takes no mail"):
        asyncio.run(act())
    assert len(server.connections) == 3
    assert len(ledger.outcomes) <= 1


def test_a_server_that_wants_a_login_blames_nobody() -> None:
    server = Server(always("MAIL", "530 5.7.0 Authentication required"))
    with pytest.raises(Permanent, match="wants a login") as caught:
        asyncio.run(sent(server, envelopes(10), connections=2))
    assert caught.value.stops_account
    assert len(server.connections) <= 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda server: setattr(server, "greeting", "421 4.7.0 Come back later"),
            "refused service",
        ),
        (lambda server: setattr(server, "greeting", HANG_UP), "No connection"),
        (lambda server: setattr(server, "greeting", SILENCE), "did not answer at all within 0.4"),
        (lambda server: setattr(server, "greeting", "HTTP/1.1 400 No"), "no answer"),
        (lambda server: setattr(server, "greeting", "220 " + "x" * 9000), "a line that"),
        (lambda server: setattr(server, "greeting", "220-x\r\n" * 200 + "220 x"), "does not end"),
        (lambda server: setattr(server, "script", always("EHLO", SILENCE)), "answer EHLO within"),
        (lambda server: setattr(server, "script", always("EHLO", "450 Busy")), "refused service"),
    ],
)
def test_a_server_that_does_not_serve_now_is_tried_later(
    change: Callable[[Server], None], reason: str
) -> None:
    server = Server()
    change(server)
    with pytest.raises(Temporary, match=reason) as caught:
        asyncio.run(sent(server, envelopes(3), 2, SHORT))
    assert f"127.0.0.1:{server.port}" in caught.value.reason


def test_a_server_that_will_never_serve_stops_the_account() -> None:
    server = Server(greeting="554 5.7.1 You are on a list")
    with pytest.raises(Permanent, match="You are on a list") as caught:
        asyncio.run(sent(server, envelopes(3)))
    assert caught.value.stops_account


def test_nobody_listening_is_tried_later() -> None:
    with pytest.raises(Temporary, match=r"127\.0\.0\.1:1: nobody listens there"):
        asyncio.run(Ledger().send(Relay(Server(port=1).url()), envelopes(1)))


def test_fewer_connections_than_wanted_are_no_error() -> None:
    server = Server()

    def script(command: str) -> str | None:
        crowded = server.open_now > 2 and command.startswith("EHLO")
        return "421 4.7.0 Too many connections" if crowded else None

    server.script = script
    ledger = asyncio.run(sent(server, envelopes(50), connections=5))
    assert len(ledger.verdicts) == len(server.mails) == 50


@pytest.mark.parametrize("cut", [1, 2, 7])
def test_answers_are_understood_however_the_network_cuts_them(cut: int) -> None:
    async def choppy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(answer: bytes) -> None:
            for start in range(0, len(answer), cut):
                writer.write(answer[start : start + cut])
                await asyncio.sleep(0)

        await say(b"220-mx\r\n220-has much\r\n220 to say\r\n")
        await reader.readline()
        await say(b"250-mx\n250-PIPELINING\r\n250 HELP\r\n")
        await reader.readuntil(b"DATA\r\n")
        await say(b"250-fine\r\n250\r\n250 2.1.5 OK\r\n354\r\n")
        await reader.readuntil(b"\r\n.\r\n")
        await say(b"250-2.0.0 taken\r\n250 2.0.0 as 42\r\n")
        writer.close()

    async def act() -> Ledger:
        ledger, server = Ledger(), await asyncio.start_server(choppy, "127.0.0.1", 0)
        relay = Relay(Server(port=server.sockets[0].getsockname()[1]).url())
        async with server:
            await ledger.send(relay, envelopes(1))
            await relay.close()
        return ledger

    assert [outcome.detail for outcome in asyncio.run(act()).outcomes] == ["2.0.0 taken as 42"]


def test_a_connection_that_breaks_as_soon_as_it_is_open_holds_nothing_up() -> None:
    greeted = 0

    def script(command: str) -> str | None:
        nonlocal greeted
        greeted += command.startswith("EHLO")
        # The answer and the end of the connection arrive together.
        return "250 mx.example\r\n421 Not now" if greeted == 1 else None

    server = Server(script)
    ledger = asyncio.run(sent(server, envelopes(2)))
    assert len(ledger.verdicts) == len(server.mails) == 2
    assert len(server.connections) == 2
