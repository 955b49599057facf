"""What a person typed is fetched whole or not at all, and neither too much nor for too long."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from publisher.errors import Refused
from publisher.fetching import Fetched, Guard, fetch
from publisher.fetching.guarding import Address
from tests.loopback import AT_HOME, Answer, Site, serving


def get(url: str, guard: Guard = AT_HOME) -> Fetched:
    return fetch(url, accept="text/html", guard=guard)


def test_a_page_comes_with_its_type_charset_and_validators(site: Site) -> None:
    site.answers["/"] = Answer(
        "Zoë".encode("latin-1"),
        headers={
            "Content-Type": "Text/HTML; charset=ISO-8859-1",
            "ETag": '"a"',
            "Last-Modified": "Sun, 22 Nov 2026 09:00:00 GMT",
        },
    )
    found = get(site.url)
    assert (found.status, found.content_type, found.charset) == (200, "text/html", "iso-8859-1")
    assert (found.etag, found.modified) == ('"a"', "Sun, 22 Nov 2026 09:00:00 GMT")
    assert found.body.decode(found.charset) == "Zoë"


def test_validators_of_an_earlier_answer_are_sent_back(site: Site) -> None:
    site.answers["/"] = Answer(status=304, headers={"Content-Encoding": "gzip"})
    found = fetch(site.url, accept="*/*", etag='"a"', modified="yesterday", guard=AT_HOME)
    _, headers = site.asked[0]
    assert (found.status, found.body) == (304, b"")
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"a"', "yesterday")


def test_a_validator_that_no_header_can_carry_is_forgotten(site: Site) -> None:
    site.answers["/"] = Answer(headers={"ETag": '"é"', "Last-Modified": "x" * 300})
    found = get(site.url)
    assert (found.etag, found.modified) == ("", "")


def test_the_server_hears_the_name_that_was_typed(site: Site) -> None:
    site.answers["/"] = Answer(b"yes")
    assert get(site.named("newspaper.example")).body == b"yes"
    assert site.asked[0][1]["host"].startswith("newspaper.example:")


def test_a_certificate_is_asked_for_by_name_and_must_be_good(tmp_path: Path) -> None:
    heard: list[str] = []

    def hear(_connection: ssl.SSLObject, name: str, _context: ssl.SSLContext) -> None:
        heard.append(name)

    context = self_signed(tmp_path)
    context.sni_callback = hear
    with serving(context) as site:
        url = site.named("newspaper.example").replace("http:", "https:")
        with pytest.raises(Refused, match=r"^newspaper\.example cannot be fetched: .*self-signed"):
            get(url)
    assert heard == ["newspaper.example"]


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a server's context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "newspaper.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_an_error_is_an_answer_too(site: Site) -> None:
    site.answers["/"] = Answer(b"sorry", status=503, headers={"Retry-After": "120"})
    found = get(site.url)
    assert (found.status, found.retry_after, found.host) == (503, "120", "127.0.0.1")


def test_a_server_that_is_not_there_is_named() -> None:
    with serving() as gone:
        pass
    with pytest.raises(Refused, match=r"^127\.0\.0\.1 cannot be fetched: .*refused"):
        get(gone.url)


def test_a_name_without_an_address_is_named() -> None:
    nowhere = Guard(resolve=lambda _: [])
    with pytest.raises(Refused, match=r"^nowhere\.example cannot be fetched: its name has no add"):
        get("http://nowhere.example/", nowhere)


def test_a_body_beyond_the_cap_is_refused(site: Site) -> None:
    gigabytes = iter([b"x" * 1_000_000] * 10_000)
    site.answers["/"] = Answer(stream=gigabytes)
    with pytest.raises(Refused, match=r"^127\.0\.0\.1 sends more than 5,000,000 octets"):
        get(site.url)
    assert len(list(gigabytes)) > 9_900


def test_a_body_at_the_cap_is_taken(site: Site) -> None:
    site.answers["/"] = Answer(gzip.compress(b"x" * 1000), headers={"Content-Encoding": "gzip"})
    assert len(get(site.url, replace(AT_HOME, octets=1000)).body) == 1000
    with pytest.raises(Refused, match="more than 999 octets"):
        get(site.url, replace(AT_HOME, octets=999))


def test_a_gzip_bomb_is_counted_as_it_unfolds(site: Site) -> None:
    bomb = gzip.compress(bytes(100_000_000))
    site.answers["/"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="more than 5,000,000 octets"):
        get(site.url)


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "deflate"])
def test_an_encoding_that_nobody_asked_for_is_refused(site: Site, coding: str) -> None:
    site.answers["/"] = Answer(gzip.compress(b"x"), headers={"Content-Encoding": coding})
    with pytest.raises(Refused, match="which nobody asked for"):
        get(site.url)


@pytest.mark.parametrize(
    "body", [b"not gzip at all", gzip.compress(b"a longer text" * 99, mtime=0)[:-20]]
)
def test_broken_gzip_is_said(site: Site, body: bytes) -> None:
    site.answers["/"] = Answer(body, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match=r"broken gzip|broke off"):
        get(site.url)


def test_a_body_that_breaks_off_is_refused(site: Site) -> None:
    site.answers["/"] = Answer(headers={"Content-Length": "100"}, stream=[b"half"])
    with pytest.raises(Refused, match=r"^127\.0\.0\.1 cannot be fetched"):
        get(site.url)


def test_a_dripping_body_ends_with_the_time(site: Site) -> None:
    enough = threading.Event()

    def drops() -> Iterator[bytes]:
        while not enough.wait(0.02):
            yield b"x"

    site.answers["/"] = Answer(stream=drops())
    began = time.monotonic()
    with pytest.raises(Refused, match=r"^127\.0\.0\.1 took longer than 0\.3 seconds"):
        get(site.url, replace(AT_HOME, seconds=0.3))
    enough.set()
    assert time.monotonic() - began < 3


def test_a_silent_server_ends_with_the_time(site: Site) -> None:
    enough = threading.Event()
    site.answers["/"] = Answer(stream=(b"x" for _ in range(1) if enough.wait(5)))
    with pytest.raises(Refused, match=r"took longer than 0\.2 seconds"):
        get(site.url, replace(AT_HOME, seconds=0.2))
    enough.set()


def test_a_silent_resolver_ends_with_the_time() -> None:
    enough = threading.Event()

    def never(_: str) -> list[Address]:
        enough.wait(5)
        return []

    with pytest.raises(Refused, match=r"^slow\.example took longer than 0\.1 seconds"):
        get("http://slow.example/", Guard(resolve=never, seconds=0.1))
    enough.set()
