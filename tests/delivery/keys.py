"""Keys for tests, made once, and their public halves as the DNS has them."""

import base64
from collections.abc import Callable
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from publisher.delivery.signing import Key, Signer

DOMAIN = "courier.example"
Answer = Callable[..., bytes | None]


@cache
def signer() -> Signer:
    """Return the courier's signer."""
    return Signer(DOMAIN, keys())


@cache
def keys() -> tuple[Key, Key]:
    """Return an RSA and an Ed25519 key."""
    return Key("rsa", generate_private_key(65537, 2048)), Key("ed", Ed25519PrivateKey.generate())


def published(name: bytes, timeout: float = 5) -> bytes | None:
    """Return the DNS record of that name, as dkimpy asks for it."""
    del timeout
    for key in keys():
        if name == f"{key.selector}._domainkey.{DOMAIN}.".encode():
            return f"v=DKIM1; k={key.algorithm.partition('-')[0]}; p={_public(key)}".encode()
    return None


def verdicts(message: bytes, answer: Answer = published) -> list[bool]:
    """Return what dkimpy says about each signature of a message, the topmost first."""
    mail = dkim.DKIM(message)
    count = sum(name.lower() == b"dkim-signature" for name, _ in mail.headers)
    return [_holds(mail, place, answer) for place in range(count)]


def _holds(mail: dkim.DKIM, place: int, answer: Answer) -> bool:
    try:
        return bool(mail.verify(idx=place, dnsfunc=answer))
    except dkim.ValidationError:
        return False


def _public(key: Key) -> str:
    public = key.private.public_key()
    if isinstance(key.private, RSAPrivateKey):
        octets = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        octets = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(octets).decode()
