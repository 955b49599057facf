"""Credentials at rest, encrypted with a key that is derived from the secret key."""

import base64
import json

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from publisher.errors import Refused


def seal(secrets: dict[str, str]) -> bytes:
    """Return `secrets` encrypted and authenticated (Fernet)."""
    return _fernet().encrypt(json.dumps(secrets).encode())


def unseal(sealed: bytes) -> dict[str, str]:
    """Return what `seal` was given; raises Refused where the secret key has changed since."""
    try:
        secrets: dict[str, str] = json.loads(_fernet().decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise Refused(
            "The stored credentials cannot be decrypted: PUBLISHER_SECRET_KEY has changed since"
            " they were saved; set the old one again or add the account anew."
        ) from error
    return secrets


def _fernet() -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"publisher credentials")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
