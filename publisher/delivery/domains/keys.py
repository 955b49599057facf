"""A domain's DKIM keys: made here, kept sealed, and their public halves shown to the DNS.

Sealed together, by selector: the two that sign and, while new ones wait for the DNS, two more.
"""

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from publisher import secrecy
from publisher.delivery.signing import Key

# RFC 8301 section 3.2: at least 1,024, and 2,048 recommended; what is longer many do not verify.
_RSA_BITS = 2048
# Domains whose keys a process keeps at hand.
_AT_HAND = 64
_GENERATION = re.compile(r"p(\d{4})-(\d+)-")


def made(known: Iterable[str], *, now: datetime) -> dict[str, str]:
    """Return a new RSA and a new Ed25519 key by selector, as `secrecy.seal` takes them.

    The selectors are the year's next, p2026-1-rsa and p2026-1-ed, other than the `known` ones.
    """
    found = [_GENERATION.match(selector) for selector in known]
    used = [int(each[2]) for each in found if each and int(each[1]) == now.year]
    generation = f"p{now:%Y}-{max(used, default=0) + 1}"
    return {
        f"{generation}-rsa": _stored(generate_private_key(65537, _RSA_BITS)),
        f"{generation}-ed": _stored(Ed25519PrivateKey.generate()),
    }


@lru_cache(maxsize=_AT_HAND)
def unsealed(sealed: bytes) -> dict[str, Key]:
    """Return all of a domain's keys by selector; raises Refused as `secrecy.unseal` does."""
    return {
        selector: Key(selector, _read(stored))
        for selector, stored in secrecy.unseal(sealed).items()
    }


def public(key: Key) -> str:
    """Return the DNS record of a key (RFC 6376 section 3.6.1, RFC 8463 section 4)."""
    return f"v=DKIM1; k={kind(key)}; p={public_octets(key)}"


def kind(key: Key) -> str:
    """Return what the tag k= calls it."""
    return key.algorithm.partition("-")[0]


def public_octets(key: Key) -> str:
    """Return the public half in base64, as the tag p= has it."""
    half = key.private.public_key()
    if isinstance(key.private, RSAPrivateKey):
        octets = half.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        octets = half.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(octets).decode()


def _stored(private: RSAPrivateKey | Ed25519PrivateKey) -> str:
    octets = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return base64.b64encode(octets).decode()


def _read(stored: str) -> RSAPrivateKey | Ed25519PrivateKey:
    # It was made here and sealed since: its primes need no second look, which takes 50 ms.
    private = load_der_private_key(
        base64.b64decode(stored), None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise TypeError(f"{type(private).__name__} is no key that signs mail")
    return private
