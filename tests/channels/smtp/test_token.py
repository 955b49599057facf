"""A login by XOAUTH2: tokens are bought once, shown until they expire, never said."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from publisher.channels import Permanent, Temporary
from publisher.channels.smtp import Relay
from publisher.channels.smtp.url import OAuth
from tests.channels.smtp.servers import Ledger, Script, Server, envelopes
from tests.loopback import Answer, Site, serving

XOAUTH2 = ("PIPELINING", "AUTH PLAIN XOAUTH2")
# What Google says to a bad token: a question, to which the only answer is an empty one.
REASONS = b64encode(b'{"status":"400","schemes":"Bearer"}').decode()


@pytest.fixture
def seller() -> Iterator[Site]:
    """Run a server that sells tokens: bought-1, bought-2 and so on."""
    with serving() as site:
        numbers = iter(range(1, 100))

        def sell(_: object) -> Answer:
            sold = {"access_token": f"bought-{next(numbers)}", "expires_in": 3600}
            return Answer(json.dumps(sold).encode())

        site.respond = sell
        yield site


def at(seller: Site, **changes: str) -> OAuth:
    """Return how to buy there."""
    oauth = OAuth(f"{seller.url}/token", "client-7", "client-secret", "mail")
    return replace(oauth, **changes)  # type: ignore[arg-type] # grant: one of two


def refusing(*tokens: str) -> Script:
    """Refuse these tokens as Google does, and let every other in."""

    def script(command: str) -> str | None:
        if command.startswith("AUTH"):
            shown = b64decode(command.split()[2]).decode()
            refused = any(f"Bearer {token}\1" in shown for token in tokens)
            return f"334 {REASONS}" if refused else "235 2.7.0 Welcome"
        return "535 5.7.8 Bad token" if command == "" else None

    return script


def sent(server: Server, oauth: OAuth, times: int = 1) -> int:
    """Return how many mails one relay could send, each time by new connections."""

    async def act() -> int:
        ledger = Ledger()
        async with server.serving():
            url = replace(server.url(3, user="ada@x.org", password="long-lived"), oauth=oauth)
            relay = Relay(url)
            for _ in range(times):
                await ledger.send(relay, envelopes(3))
                await relay.close()
        return len(ledger.outcomes)

    return asyncio.run(act())


def shown_to(server: Server) -> list[str]:
    """Return the tokens that a server saw, in order."""
    said = [command for commands in server.connections for command in commands]
    logins = [b64decode(command.split()[2]).decode() for command in said if command[:4] == "AUTH"]
    assert all(login.startswith("user=ada@x.org\1auth=Bearer ") for login in logins)
    return [login.split("Bearer ")[1].rstrip("\1") for login in logins]


def test_a_bare_access_token_is_shown_as_it_is() -> None:
    server = Server(refusing(), XOAUTH2)
    assert sent(server, OAuth()) == 3
    assert set(shown_to(server)) == {"long-lived"}


def test_a_token_is_bought_once_for_all_connections(seller: Site) -> None:
    server = Server(refusing(), XOAUTH2)
    assert sent(server, at(seller), times=2) == 6
    assert set(shown_to(server)) == {"bought-1"}
    (question,) = seller.posted
    assert parse_qs(question.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["long-lived"],
        "client_id": ["client-7"],
        "client_secret": ["client-secret"],
        "scope": ["mail"],
    }


def test_a_program_buys_with_its_own_secret(seller: Site) -> None:
    assert sent(Server(refusing(), XOAUTH2), at(seller, grant="client_credentials")) == 3
    form = parse_qs(seller.posted[0].body.decode())
    assert form["client_secret"] == ["long-lived"]
    assert "refresh_token" not in form


def test_a_token_that_is_about_to_expire_is_not_shown_again(seller: Site) -> None:
    seller.respond = lambda _: Answer(b'{"access_token": "short", "expires_in": "59"}')
    assert sent(Server(refusing(), XOAUTH2), at(seller), times=2) == 6
    assert len(seller.posted) > 1


def test_a_token_that_was_revoked_early_is_bought_anew(seller: Site) -> None:
    server = Server(refusing(), XOAUTH2)

    async def act() -> None:
        async with server.serving():
            url = server.url(1, user="ada@x.org", password="long-lived")
            relay = Relay(replace(url, oauth=at(seller)))
            await Ledger().send(relay, envelopes(1))
            await relay.close()
            server.script = refusing("bought-1")
            await Ledger().send(relay, envelopes(1))
            await relay.close()

    asyncio.run(act())
    assert shown_to(server) == ["bought-1", "bought-1", "bought-2"]
    assert len(server.recipients) == 2


def test_a_refused_token_is_named_with_the_servers_verdict(seller: Site) -> None:
    server = Server(refusing("bought-1", "bought-2"), XOAUTH2)
    with pytest.raises(Permanent, match=r"refused the login of ada@x\.org: 535 5\.7\.8") as caught:
        sent(server, at(seller))
    assert caught.value.stops_account
    assert "bought" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (400, '{"error": "invalid_grant", "error_description": "Token has expired"}', Permanent),
        (401, '{"error": "invalid_client"}', Permanent),
        (503, "<html>", Temporary),
        (200, "{}", Temporary),
        (200, "[]", Temporary),
    ],
)
def test_no_token_is_a_sentence_that_shows_no_secret(
    seller: Site, status: int, said: str, error: type[Permanent | Temporary]
) -> None:
    seller.respond = lambda _: Answer(said.encode(), status=status)
    with pytest.raises(error, match=r"127\.0\.0\.1:\d+ gives no access token") as caught:
        sent(Server(refusing(), XOAUTH2), at(seller))
    assert "long-lived" not in str(caught.value)
    assert "client-secret" not in str(caught.value)


def test_a_token_server_out_of_reach_is_tried_later(seller: Site) -> None:
    with pytest.raises(Temporary, match="No access token from"):
        sent(Server(refusing(), XOAUTH2), at(seller, token_url="http://127.0.0.1:9/token"))


def test_a_server_that_takes_no_token_is_not_shown_one(seller: Site) -> None:
    server = Server(extensions=("AUTH PLAIN",))
    with pytest.raises(Permanent, match="takes no token"):
        sent(server, at(seller))
    assert seller.posted == []
