"""A relay's URL is understood whole, or refused in a sentence that does not show the password."""

import pytest

from publisher.channels.smtp import RelayUrl, parse
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
    ],
)
def test_a_wrong_url_is_refused(url: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as caught:
        parse(url)
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    relay = parse("smtps://ada:secret@mx.example")
    assert "secret" not in repr(relay) + str(relay) + relay.authority


def test_an_address_in_brackets_is_shown_in_brackets() -> None:
    assert parse("smtp://[::1]").authority == "[::1]:25"
