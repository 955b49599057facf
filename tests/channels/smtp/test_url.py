"""A relay's URL is understood whole, or refused in a sentence that does not show the password."""

import pytest

from publisher.channels.smtp import RelayUrl, parse
from publisher.channels.smtp.url import OAuth
from publisher.errors import Refused


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mx.example", RelayUrl("mx.example", 25)),
        ("smtp://127.0.0.1:2525/", RelayUrl("127.0.0.1", 2525)),
        ("smtps://mx.example", RelayUrl("mx.example", 465, "tls")),
        ("smtp://mx.example?connections=3", RelayUrl("mx.example", 25, connections=3)),
        ("smtp://[::1]:25", RelayUrl("::1", 25)),
        ("smtp://ada:secret@localhost", RelayUrl("localhost", 25, "none", "ada", "secret")),
        (
            "smtp+starttls://ada%40x.org:p%40ss%2F%3A%25@mx.example:2587?connections=50",
            RelayUrl("mx.example", 2587, "starttls", "ada@x.org", "p@ss/:%", 50),
        ),
    ],
)
def test_a_url_is_read_with_the_usual_port(url: str, relay: RelayUrl) -> None:
    assert parse(url) == relay


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "must start with smtp"),
        ("http://mx.example", "must start with smtp"),
        ("smtp://", "must name a host"),
        ("smtp://mx.example/path", "no path"),
        ("smtp://mx.example#x", "no path"),
        ("smtp://mx.example:port", "valid host and port"),
        ("smtp://mx.example:99999", "valid host and port"),
        ("smtp://[::1", "valid host and port"),
        ("smtps://ada@mx.example", "both a user and a password"),
        ("smtps://:secret@mx.example", "both a user and a password"),
        ("smtps://a%00b:secret@mx.example", "NUL"),
        ("smtp://ada:secret@mx.example", "unencrypted"),
        ("smtp://mx.example?connections=0", "from 1 to 50"),
        ("smtp://mx.example?connections=51", "from 1 to 50"),
        ("smtp://mx.example?connections=", "from 1 to 50"),
        ("smtp://mx.example?connections=²", "from 1 to 50"),
        ("smtp://mx.example?conections=5", "unknown option 'conections'"),
        ("smtps://ada:secret@mx.example?auth=cram-md5", "auth must be xoauth2"),
        ("smtps://mx.example?auth=xoauth2", "needs a user and a token"),
        ("smtps://ada:secret@mx.example?client_id=7", "no auth=xoauth2"),
        ("smtps://ada:secret@mx.example?auth=xoauth2&client_id=7", "both a token_url and"),
        ("smtps://ada:secret@mx.example?auth=xoauth2&grant=implicit", "grant must be one of"),
        (
            "smtps://ada:secret@mx.example?auth=xoauth2&client_id=7&token_url=http://x.example/t",
            "token_url must start with https",
        ),
        ("smtps://ada:se%01cret@mx.example?auth=xoauth2", "NUL"),
    ],
)
def test_a_wrong_url_is_refused(url: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as caught:
        parse(url)
    assert "secret" not in str(caught.value)


def test_where_tokens_are_bought_is_read_and_the_clients_secret_is_not_shown() -> None:
    relay = parse(
        "smtps://ada:refresh@mx.example?auth=xoauth2&token_url=https%3A%2F%2Flogin.example%2Ftoken"
        "&client_id=7&client_secret=secret&scope=mail+offline&connections=2"
    )
    assert relay.oauth == OAuth("https://login.example/token", "7", "secret", "mail offline")
    assert (relay.password, relay.connections) == ("refresh", 2)
    assert "secret" not in repr(relay)


def test_a_password_is_not_shown() -> None:
    relay = parse("smtps://ada:secret@mx.example")
    assert "secret" not in repr(relay) + str(relay) + relay.authority


def test_an_address_in_brackets_is_shown_in_brackets() -> None:
    assert parse("smtp://[::1]").authority == "[::1]:25"
