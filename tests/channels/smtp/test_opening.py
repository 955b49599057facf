"""Encryption is demanded and verified, logins work, and nothing said in the clear is believed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvloop
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, Session
from aiosmtpd.smtp import Envelope as Received

from publisher.channels import Permanent, Temporary
from publisher.channels.smtp import Relay, RelayUrl
from tests.channels.smtp.certificates import self_signed, trusting
from tests.channels.smtp.servers import SHORT, SILENCE, Ledger, Server, envelopes


class Inbox:
    """Keeps what aiosmtpd took, and offers PIPELINING, which it does."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name and arguments
        self, _server: SMTP, session: Session, _envelope: Received, name: str, lines: list[str]
    ) -> list[str]:
        """Offer one more extension."""
        session.host_name = name
        return ["250-PIPELINING", *lines]

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Received
    ) -> str:
        """Keep a message."""
        assert isinstance(envelope.original_content, bytes)
        self.received.append(envelope.original_content)
        return "250 2.0.0 Kept"


def authenticator(*arguments: Any) -> AuthResult:
    """Let Ada in."""
    secrets = arguments[-1]
    assert isinstance(secrets, LoginPassword)
    return AuthResult(success=secrets == LoginPassword(b"ada", "pässword".encode()))


@asynccontextmanager
async def aiosmtpd(
    inbox: Inbox, implicit_tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[RelayUrl]:
    """Run aiosmtpd, for the time of a test."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(inbox, hostname="mx.example", **options), "127.0.0.1", 0, ssl=implicit_tls
    )
    async with server:
        yield RelayUrl("127.0.0.1", server.sockets[0].getsockname()[1], connections=2)


async def delivered(relay: Relay, count: int = 5) -> int:
    """Return how many of `count` messages were taken."""
    ledger = Ledger()
    try:
        await ledger.send(relay, envelopes(count))
    finally:
        await relay.close()
    return sum(outcome.verdict == "sent" for outcome in ledger.outcomes)


def run(coroutine: Any, loop: str) -> Any:
    """Run on either of the two loops."""
    factory = uvloop.new_event_loop if loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(coroutine)


on_both_loops = pytest.mark.parametrize("loop", ["asyncio", "uvloop"])


def test_aiosmtpd_takes_pipelined_messages_as_they_were() -> None:
    inbox = Inbox()

    async def act() -> int:
        async with aiosmtpd(inbox) as url:
            return await delivered(Relay(url), 20)

    assert asyncio.run(act()) == 20
    assert sorted(inbox.received) == sorted(envelope.message for envelope in envelopes(20))


@on_both_loops
def test_starttls_and_a_login_work(tmp_path: Path, loop: str) -> None:
    async def act() -> int:
        async with aiosmtpd(
            Inbox(),
            tls_context=self_signed(tmp_path),
            require_starttls=True,
            authenticator=authenticator,
            auth_required=True,
        ) as url:
            login = replace(url, security="starttls", user="ada", password="pässword")
            return await delivered(Relay(login, tls=trusting(tmp_path)))

    assert run(act(), loop) == 5


@on_both_loops
def test_implicit_tls_works(tmp_path: Path, loop: str) -> None:
    async def act() -> int:
        async with aiosmtpd(Inbox(), implicit_tls=self_signed(tmp_path)) as url:
            encrypted = replace(url, security="tls")
            return await delivered(Relay(encrypted, tls=trusting(tmp_path)))

    assert run(act(), loop) == 5


@on_both_loops
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, security: Any, loop: str
) -> None:
    inbox = Inbox()

    async def act() -> None:
        context = self_signed(tmp_path)
        options: dict[str, Any] = (
            {"implicit_tls": context} if security == "tls" else {"tls_context": context}
        )
        async with aiosmtpd(inbox, **options) as url:
            await delivered(Relay(replace(url, security=security)))

    with pytest.raises(Permanent, match=r"certificate of 127\.0\.0\.1:\d+ .* self") as caught:
        run(act(), loop)
    assert caught.value.stops_account
    assert not inbox.received


def test_a_server_without_encryption_is_not_given_the_password() -> None:
    server = Server()

    async def act() -> None:
        async with server.serving():
            url = replace(server.url(), security="starttls", user="ada", password="secret")
            await delivered(Relay(url))

    with pytest.raises(Permanent, match="offers no encryption"):
        asyncio.run(act())
    assert [command[:4] for command in server.connections[0]] == ["EHLO"]


def test_nothing_said_before_encryption_is_believed() -> None:
    injected = "220 Go ahead\r\n250-mx.example\r\n250 AUTH PLAIN"
    server = Server(
        lambda command: injected if command == "STARTTLS" else None, extensions=("STARTTLS",)
    )

    async def act() -> None:
        async with server.serving():
            await delivered(Relay(replace(server.url(), security="starttls")))

    with pytest.raises(Temporary, match="without being asked"):
        asyncio.run(act())


@pytest.mark.parametrize(
    ("mechanisms", "script", "said"),
    [
        ("PLAIN LOGIN", {}, ["AUTH PLAIN AGFkYQBzZWNyZXQ="]),
        (
            "CRAM-MD5 LOGIN",
            {"AUTH LOGIN": "334 VXNlcm5hbWU6", "YWRh": "334 UGFzc3dvcmQ6"},
            ["AUTH LOGIN", "YWRh", "c2VjcmV0"],
        ),
    ],
)
def test_a_login_says_user_and_password(
    mechanisms: str, script: dict[str, str], said: list[str]
) -> None:
    server = Server(script.get, ("PIPELINING", f"AUTH {mechanisms}"))

    async def act() -> int:
        async with server.serving():
            return await delivered(Relay(server.url(user="ada", password="secret")), 1)

    assert asyncio.run(act()) == 1
    assert server.connections[0][1 : 1 + len(said)] == said


@pytest.mark.parametrize(
    ("answer", "error"),
    [("535 5.7.8 Wrong password", Permanent), ("454 4.7.0 Try again later", Temporary)],
)
def test_a_refused_login_is_named(answer: str, error: type[Permanent | Temporary]) -> None:
    server = Server(
        lambda command: answer if command.startswith("AUTH") else None, extensions=("AUTH PLAIN",)
    )

    async def act() -> None:
        async with server.serving():
            await delivered(Relay(server.url(user="ada", password="secret")))

    with pytest.raises(error, match=r"127\.0\.0\.1:\d+ refused the login of ada: \d+") as caught:
        asyncio.run(act())
    assert "secret" not in str(caught.value)
    assert getattr(caught.value, "stops_account", False) is (error is Permanent)


def test_a_login_that_asks_for_more_than_there_is_is_called_off() -> None:
    answers = {"AUTH": "334 Z28gb24=", "*": "501 5.7.0 Cancelled"}
    server = Server(lambda said: answers.get(said.split(" ")[0]), extensions=("AUTH PLAIN",))

    async def act() -> None:
        async with server.serving():
            await delivered(Relay(server.url(user="ada", password="secret")))

    with pytest.raises(Permanent, match="refused the login of ada: 501"):
        asyncio.run(act())
    assert server.connections[0][2] == "*"


def test_a_server_that_knows_no_login_stops_the_account() -> None:
    async def act() -> None:
        async with Server().serving() as server:
            await delivered(Relay(server.url(user="ada", password="secret")))

    with pytest.raises(Permanent, match="takes no password"):
        asyncio.run(act())


def test_a_probe_returns_what_is_offered_and_parts_politely() -> None:
    server = Server(extensions=("PIPELINING", "SIZE 1000", "auth PLAIN LOGIN"))

    async def act() -> dict[str, str]:
        async with server.serving():
            return await Relay(server.url()).probe()

    assert asyncio.run(act()) == {
        "PIPELINING": "",
        "SIZE": "1000",
        "AUTH": "PLAIN LOGIN",
        "HELP": "",
    }
    assert [command[:4] for command in server.connections[0]] == ["EHLO", "NOOP", "QUIT"]


def test_a_server_that_does_not_speak_tls_is_tried_later() -> None:
    async def act() -> None:
        async with Server().serving() as server:
            await delivered(Relay(replace(server.url(), security="tls")))

    with pytest.raises(Temporary, match="No connection to"):
        asyncio.run(act())


def test_parting_does_not_wait_for_a_silent_server() -> None:
    server = Server(lambda command: SILENCE if command == "QUIT" else None)

    async def act() -> None:
        async with server.serving():
            await delivered(Relay(server.url(), patience=SHORT))

    asyncio.run(act())
    assert server.connections[0][-1] == "QUIT"
