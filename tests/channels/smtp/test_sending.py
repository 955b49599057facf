"""Everything is sent once, over few connections, and asked for no sooner than it can leave."""

import asyncio
import re

import pytest
import uvloop

from publisher.channels.smtp import Outcome, Relay, transfer
from tests.channels.smtp.servers import SILENCE, Ledger, Server, envelope, envelopes, sent


def test_a_thousand_messages_over_five_connections_each_arrive_once() -> None:
    server = Server()
    ledger = asyncio.run(sent(server, envelopes(1000), connections=5))
    assert sorted(server.recipients) == sorted(f"reader{n}@example.org" for n in range(1, 1001))
    assert ledger.verdicts == dict.fromkeys(range(1, 1001), ("sent", 250))
    assert not ledger.doubts
    assert len(server.connections) == 5
    assert all(commands[-1] == "QUIT" for commands in server.connections)


def test_it_is_the_same_on_uvloop() -> None:
    server = Server()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ledger = runner.run(sent(server, envelopes(50), connections=3))
    assert len(server.mails) == len(ledger.outcomes) == 50


def test_a_message_takes_one_round_trip() -> None:
    seen: list[bytes] = []

    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Answers nothing before it has the next message's DATA: who waits for the answer to a
        # body before saying MAIL waits for ever.
        writer.write(b"220 mx.example\r\n")
        await reader.readline()
        writer.write(b"250-mx.example\r\n250 PIPELINING\r\n")
        seen.append(await reader.readuntil(b"DATA\r\n"))
        writer.write(b"250 MAIL\r\n250 RCPT\r\n354 DATA\r\n")
        for _ in range(2):
            seen.append(await reader.readuntil(b"DATA\r\n"))
            writer.write(b"250 taken\r\n250 MAIL\r\n250 RCPT\r\n354 DATA\r\n")
        seen.append(await reader.readuntil(b"\r\n.\r\n"))
        writer.write(b"250 taken\r\n")
        writer.close()

    async def act() -> Ledger:
        ledger, server = Ledger(), await asyncio.start_server(late, "127.0.0.1", 0)
        relay = Relay(Server(port=server.sockets[0].getsockname()[1]).url())
        async with server:
            await ledger.send(relay, envelopes(3))
        return ledger

    assert [outcome.detail for outcome in asyncio.run(act()).outcomes] == ["taken"] * 3
    assert re.fullmatch(rb"Subject: number 1.*\r\n\.\r\nMAIL .*RCPT .*DATA\r\n", seen[1], re.DOTALL)


def test_without_pipelining_every_command_waits_for_its_answer() -> None:
    server = Server(extensions=())
    ledger = asyncio.run(sent(server, envelopes(3)))
    assert len(server.mails) == len(ledger.outcomes) == 3
    verbs = [re.split("[ :]", command)[0] for command in server.connections[0]]
    assert verbs == ["EHLO", *["MAIL", "RCPT", "DATA", "."] * 3, "QUIT"]


def test_a_server_from_before_ehlo_is_greeted_with_helo() -> None:
    server = Server(lambda command: "500 What?" if command.startswith("EHLO") else None)
    ledger = asyncio.run(sent(server, envelopes(2)))
    assert len(server.mails) == len(ledger.outcomes) == 2


def test_connections_are_kept_from_one_send_to_the_next() -> None:
    server = Server()

    async def act() -> None:
        async with server.serving():
            relay = Relay(server.url(2))
            for _ in range(3):
                await Ledger().send(relay, envelopes(10))
            await relay.close()

    asyncio.run(act())
    assert len(server.connections) == 2
    assert len(server.mails) == 30


def test_a_kept_connection_that_the_server_closed_is_not_used_again() -> None:
    server = Server(lambda command: "421 Bored" if command == "NOOP" else None)

    async def act() -> Ledger:
        ledger = Ledger()
        async with server.serving():
            relay = Relay(server.url())
            await ledger.send(relay, [envelope(1)])
            while not relay._idle:
                await asyncio.sleep(0)
            # The server grows tired of the connection while nobody uses it.
            relay._idle[0]._write(b"NOOP\r\n")
            while not relay._idle[0].lost:
                await asyncio.sleep(0)
            await ledger.send(relay, [envelope(2)])
            await relay.close()
        return ledger

    assert asyncio.run(act()).verdicts == {1: ("sent", 250), 2: ("sent", 250)}
    assert len(server.connections) == 2


def test_a_connection_retires_after_enough_messages() -> None:
    server, enough = Server(), transfer.MESSAGES_A_LINE
    asyncio.run(sent(server, envelopes(enough + 1)))
    assert [commands.count(".") for commands in server.connections] == [enough, 1]
    assert server.connections[0][-1] == "QUIT"


def test_no_more_connections_are_opened_than_there_are_messages() -> None:
    server = Server()
    asyncio.run(sent(server, envelopes(2), connections=10))
    assert len(server.connections) == 2
    asyncio.run(sent(server, [], connections=10))
    assert len(server.connections) == 2


def test_a_message_is_built_only_when_it_is_about_to_leave() -> None:
    ledger, ahead = Ledger(), []

    def script(command: str) -> None:
        if command == ".":
            ahead.append(ledger.built - len(ledger.outcomes))

    async def act() -> None:
        async with Server(script).serving() as server:
            relay = Relay(server.url(4))
            await ledger.send(relay, envelopes(200))
            await relay.close()

    asyncio.run(act())
    # On every connection one whose body has left and one that is announced; one that is waiting.
    assert max(ahead) <= 4 * 2 + 1


def test_nothing_is_begun_once_sending_is_no_longer_allowed() -> None:
    server, ledger = Server(), Ledger(stop_after=7)

    async def act() -> None:
        async with server.serving():
            relay = Relay(server.url(2))
            await ledger.send(relay, envelopes(100))
            await relay.close()

    asyncio.run(act())
    # It asks twice a mail: before it announces it, and before it lets it go.
    assert len(server.mails) == len(ledger.outcomes) == 3
    assert not ledger.doubts


def test_what_is_announced_does_not_leave_when_sending_is_no_longer_allowed() -> None:
    ledger = Ledger()

    def script(command: str) -> None:
        # As when the sender is frozen for longer than it may send, between its DATA and the answer.
        if command == "DATA":
            ledger.stop_after = 0

    server = Server(script)
    asyncio.run(_send_some(server, ledger))
    assert not server.mails
    assert not ledger.outcomes
    assert not ledger.doubts


async def _send_some(server: Server, ledger: Ledger) -> None:
    async with server.serving():
        relay = Relay(server.url(1))
        await ledger.send(relay, envelopes(3))
        await relay.close()


def test_nothing_is_opened_where_sending_is_not_allowed_at_all() -> None:
    server, ledger = Server(), Ledger(stop_after=0)

    async def act() -> None:
        async with server.serving():
            await ledger.send(Relay(server.url(2)), envelopes(3))

    asyncio.run(act())
    assert not server.mails
    assert not ledger.outcomes


def test_an_outcome_is_journaled_before_anything_else_is_said() -> None:
    order: list[str] = []

    async def act() -> None:
        def script(command: str) -> None:
            order.append(command.split(":")[0])

        def journal(outcome: Outcome) -> None:
            order.append(f"outcome {outcome.key}")

        async with Server(script, extensions=()).serving() as server:
            relay = Relay(server.url())
            await relay.send(
                iter(envelopes(2)),
                on_outcome=journal,
                on_doubt=lambda _: None,
                may_send=lambda: True,
            )
            await relay.close()

    asyncio.run(act())
    message = ["MAIL FROM", "RCPT TO", "DATA", "."]
    assert order[1:] == [*message, "outcome 1", *message, "outcome 2", "QUIT"]


@pytest.mark.parametrize(
    ("message", "received"),
    [
        (b"a\r\n.\r\nMAIL FROM:<x@y>\r\n", b"a\r\n.\r\nMAIL FROM:<x@y>\r\n"),
        (b".\r\n..\r\n...\r\n", b".\r\n..\r\n...\r\n"),
        (b"no line end", b"no line end\r\n"),
        (b"x" * 60_000 + b"\r\n", b"x" * 60_000 + b"\r\n"),
        ((b"x" * 998 + b"\r\n") * 2000, (b"x" * 998 + b"\r\n") * 2000),
    ],
    ids=["smuggling", "dots", "no end", "a long line", "two megabytes"],
)
def test_a_message_arrives_as_it_was(message: bytes, received: bytes) -> None:
    server = Server()
    asyncio.run(sent(server, [envelope(1, message=message), envelope(2)]))
    assert server.mails[0][2] == received
    assert len(server.mails) == 2


@pytest.mark.parametrize("ending", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r\n.\r\n", b"\r\n.\r"])
def test_no_spelling_of_a_lone_dot_is_left(ending: bytes) -> None:
    assert ending not in transfer.stuffed(b"body" + ending + b"MAIL FROM:<evil@x>\r\n")


def test_international_domains_are_asked_for_as_a_labels() -> None:
    server = Server()
    asyncio.run(sent(server, [envelope(1, "ada@bücher.example")]))
    assert server.recipients == ["ada@xn--bcher-kva.example"]


def test_an_accented_mailbox_needs_a_server_that_takes_it() -> None:
    server = Server()
    ledger = asyncio.run(sent(server, [envelope(1, "zoë@example.org"), envelope(2)]))
    assert ledger.verdicts == {1: ("refused", 553), 2: ("sent", 250)}
    assert server.recipients == ["reader2@example.org"]

    server = Server(extensions=("PIPELINING", "SMTPUTF8"))
    asyncio.run(sent(server, [envelope(1, "zoë@bücher.example")]))
    assert server.connections[0][1] == "MAIL FROM:<bounces@courier.example> SMTPUTF8"
    assert server.recipients == ["zoë@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "address",
    [
        "a@x.org>\r\nRCPT TO:<evil@x.org",
        "a b@x.org",
        "a@x.org\0",
        "a",
        "a@x.org,b@x.org@",
        "é@\x85",
    ],
)
def test_no_address_becomes_a_command(address: str) -> None:
    server = Server(extensions=("PIPELINING", "SMTPUTF8"))
    ledger = asyncio.run(sent(server, [envelope(1, address)]))
    assert ledger.verdicts == {1: ("refused", 553)}
    assert not server.mails


def test_the_callers_own_error_comes_out_and_stops_everything() -> None:
    server, ledger = Server(), Ledger()

    def failing() -> None:
        raise LookupError("the journal is full")

    async def act() -> None:
        async with server.serving():
            relay = Relay(server.url(2))
            with pytest.raises(LookupError, match="journal is full"):
                await relay.send(
                    iter(envelopes(50)),
                    on_outcome=lambda _: failing(),
                    on_doubt=ledger.doubts.append,
                    may_send=lambda: True,
                )
            await relay.close()

    asyncio.run(act())
    assert len(server.mails) <= 4


def test_an_error_while_building_loses_nothing_that_was_built() -> None:
    server = Server()

    async def act() -> Ledger:
        def broken() -> object:
            yield from envelopes(5)
            raise LookupError("no such reader")

        ledger = Ledger()
        async with server.serving():
            with pytest.raises(LookupError):
                await ledger.send(Relay(server.url()), broken())  # type: ignore[arg-type] # a generator
        return ledger

    ledger = asyncio.run(act())
    assert list(ledger.verdicts) == [1, 2, 3, 4, 5]
    assert len(server.mails) == 5
    assert not ledger.doubts


def test_two_who_send_at_the_same_time_share_the_connections_one_after_the_other() -> None:
    server, first, second = Server(), Ledger(), Ledger()

    async def act() -> None:
        async with server.serving():
            relay = Relay(server.url(2))
            await asyncio.gather(
                first.send(relay, envelopes(20)),
                second.send(relay, [envelope(key) for key in range(21, 31)]),
            )
            await relay.close()

    asyncio.run(act())
    assert (len(first.outcomes), len(second.outcomes)) == (20, 10)
    assert server.recipients[:10] == [f"reader{key}@example.org" for key in range(1, 11)]
    assert len(server.connections) == 2


def test_an_error_of_one_sender_is_not_the_others() -> None:
    server, other = Server(), Ledger()

    async def act() -> None:
        def broken() -> object:
            yield envelope(1)
            raise LookupError("no such reader")

        async with server.serving():
            relay = Relay(server.url())
            failing = Ledger().send(relay, broken())  # type: ignore[arg-type] # a generator
            ends = await asyncio.gather(
                failing, other.send(relay, envelopes(5)), return_exceptions=True
            )
            await relay.close()
        assert isinstance(ends[0], LookupError)

    asyncio.run(act())
    assert len(other.outcomes) == 5


def test_a_send_that_is_cancelled_says_what_is_in_doubt() -> None:
    async def act() -> Ledger:
        ledger, arrived = Ledger(), asyncio.Event()

        def script(command: str) -> str | None:
            if command == ".":
                arrived.set()
                return SILENCE
            return None

        async with Server(script).serving() as server:
            sending = asyncio.create_task(ledger.send(Relay(server.url()), envelopes(3)))
            await arrived.wait()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
        return ledger

    ledger = asyncio.run(act())
    assert ledger.doubts == [1]
    assert not ledger.outcomes
