"""Signed tokens for links in mails.

Short, cheap to make by the million, and good for one purpose only.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

_TAG_OCTETS = 15
# As many digits as `make_caseless` writes.
CASELESS_CHARACTERS = 2 * (6 + _TAG_OCTETS)


def make(secret: bytes, purpose: str, row_id: int) -> str:
    """Return `row_id` signed for `purpose`: 28 URL-safe characters, the same for the same input."""
    # 21 octets make 28 characters and no padding.
    return base64.urlsafe_b64encode(_signed(secret, purpose, row_id)).decode()


def make_caseless(secret: bytes, purpose: str, row_id: int) -> str:
    """Return the same in 42 hexadecimal digits, for places where small and capital are one."""
    return _signed(secret, purpose, row_id).hex()


def read(secret: bytes, purpose: str, token: str) -> int | None:
    """Return the row id in `token`, or None where it was cut.

    Edited or made for another purpose.
    """
    try:
        raw = base64.b64decode(
            token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except ValueError:
        return None
    return _checked(secret, purpose, raw)


def read_caseless(secret: bytes, purpose: str, token: str) -> int | None:
    """Return the row id in a token of `make_caseless`, or None as `read` does."""
    try:
        raw = bytes.fromhex(token)
    except ValueError:
        return None
    return _checked(secret, purpose, raw)


def _signed(secret: bytes, purpose: str, row_id: int) -> bytes:
    body = row_id.to_bytes(6, "big")
    return body + _tag(secret, purpose, body)


def _checked(secret: bytes, purpose: str, raw: bytes) -> int | None:
    body, tag = raw[:6], raw[6:]
    # One row has one token: the spare bits of base64 must not make a second spelling.
    if not hmac.compare_digest(tag, _tag(secret, purpose, body)) or len(raw) != 6 + _TAG_OCTETS:
        return None
    return int.from_bytes(body, "big")


def _tag(secret: bytes, purpose: str, body: bytes) -> bytes:
    # The key and the purpose are taken in once: what is left costs half as much.
    tag = _keyed(secret, purpose).copy()
    tag.update(body)
    return tag.digest()[:_TAG_OCTETS]


@lru_cache(maxsize=64)
def _keyed(secret: bytes, purpose: str) -> hmac.HMAC:
    return hmac.new(secret, purpose.encode() + b"\0", hashlib.sha256)
