"""How fast mails are signed: on one thread, on two, and against dkimpy; a mail has 12 KiB.

python -m benchmarks.signing
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from publisher.delivery.message import quoted_printable
from publisher.delivery.signing import Key, Signer

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DOMAIN = "courier.example"
RSA = Key("rsa", generate_private_key(65537, 2048))
ED25519 = Key("ed", Ed25519PrivateKey.generate())
OCTETS = 12 * 1024
GROUP = 16
SECONDS = 2.0


def message() -> bytes:
    """Return a mail as an edition's is: a head like ours, and HTML indented as a template is."""
    head = (
        "To: Ada <ada@reader.example>\r\nDate: Tue, 24 Nov 2026 06:00:00 +0000\r\n"
        "Message-ID: <AAAAAAAAb0nW2HkqV0wq8u1z@courier.example>\r\n"
        "From: The Harbour Courier <daily@courier.example>\r\nSubject: The night ferry returns\r\n"
        "List-Id: The Daily <daily.courier.example>\r\n"
        "List-Unsubscribe: <https://courier.example/unsubscribe/AAAAAAAAb0nW2HkqV0wq8u1z/>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="=_2f9c"\r\n\r\n'
    )
    row = (
        '<tr>\n    <td style="padding: 8px 16px">\n      After eleven years it sails.\n    </td>\n'
    )
    return head.encode() + quoted_printable.encode(row * 200)[:OCTETS]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many mails a second, and what one costs in microseconds of CPU, of all threads."""

    mails: float
    cpu: float


def rate(sign: Callable[[], int]) -> Rate:
    """Return how fast `sign` is; it returns how many mails it signed."""
    began, used, count = time.perf_counter(), time.process_time(), 0
    while (spent := time.perf_counter() - began) < SECONDS:
        count += sign()
    return Rate(count / spent, (time.process_time() - used) / count * 1e6)


def one_by_one(*keys: Key) -> Rate:
    """Return how fast one thread signs with these keys."""
    signer, mail = Signer(DOMAIN, keys), message()
    return rate(lambda: len([signer.sign(mail, now=NOW)]))


def pooled(threads: int) -> Rate:
    """Return how fast some threads sign with both keys, a group of mails at a time."""
    signer, mails = Signer(DOMAIN, [RSA, ED25519]), [message()] * GROUP

    def sign_group() -> int:
        return len([signer.sign(mail, now=NOW) for mail in mails])

    with ThreadPoolExecutor(threads) as pool:

        def sign() -> int:
            groups = [pool.submit(sign_group) for _ in range(4 * threads)]
            return sum(group.result() for group in groups)

        return rate(sign)


def dkimpy() -> Rate:
    """Return how fast dkimpy signs, with RSA alone."""
    pem = RSA.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    mail, relaxed = message(), (b"relaxed", b"relaxed")
    return rate(lambda: len([dkim.sign(mail, b"rsa", DOMAIN.encode(), pem, canonicalize=relaxed)]))


def main() -> None:
    """Print what was measured."""
    bare, ed25519, both = one_by_one(), one_by_one(ED25519), one_by_one(RSA, ED25519)
    one, two, peer = pooled(1), pooled(2), dkimpy()
    print(f"both keys, one thread   {both.mails:8,.0f} mails/s {both.cpu:8,.0f} us of CPU a mail")
    print(f"both keys, pool of two  {two.mails:8,.0f} mails/s {two.cpu:8,.0f} us of CPU a mail")
    print(f"dkimpy, RSA alone       {peer.mails:8,.0f} mails/s {peer.cpu:8,.0f} us of CPU a mail")
    print(f"a pool of two is {two.mails / one.mails:.2f} x a pool of one", end=", ")
    print(f"{two.mails / peer.mails:.0f} x dkimpy")
    print(f"hashing takes {bare.cpu:.0f} us, Ed25519 in addition {ed25519.cpu - bare.cpu:.0f} us")


if __name__ == "__main__":
    main()
