"""Who may report: the holder of the address, with the service's signature where it signs.

Signatures are anymail's, except for Resend's, which anymail leaves to another library.
"""

import binascii
import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

# Svix signs every attempt anew and recommends five minutes; Mailgun tries one report for eight
# hours and SendGrid for a day, and an older one is somebody else's copy.
_SVIX_FRESH = timedelta(minutes=5)
_FRESH = timedelta(days=1)


def check_resend(request: HttpRequest, signing_key: str) -> None:
    """Verify Resend's signature as Svix describes it; raises SuspiciousOperation."""
    # https://docs.svix.com/receiving/verifying-payloads/how-manual
    signed = f"{_header(request, 'svix-id')}.{_header(request, 'svix-timestamp')}.".encode()
    try:
        secret = b64decode(signing_key.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise SuspiciousOperation("the relay's signing key is not one of Resend's") from error
    tag = b64encode(hmac.digest(secret, signed + request.body, hashlib.sha256))
    shown = _header(request, "svix-signature").split()
    if not any(hmac.compare_digest(each.encode(), b"v1," + tag) for each in shown):
        raise SuspiciousOperation("it is not signed with the relay's signing key")


def check_age(service: str, request: HttpRequest, *, now: datetime) -> None:
    """Raise SuspiciousOperation where the signature is too old, or from the future."""
    if service not in _WRITTEN_AT:
        return
    written_at, fresh = _WRITTEN_AT[service]
    try:
        moment = datetime.fromtimestamp(float(written_at(request)), UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError) as error:
        raise SuspiciousOperation("it does not say when it was signed") from error
    if abs(now - moment) > fresh:
        raise SuspiciousOperation(f"it was signed at {moment:%Y-%m-%d %H:%M}")


def _header(request: HttpRequest, name: str) -> str:
    return str(request.headers.get(name, ""))


def _mailgun(request: HttpRequest) -> str:
    said = json.loads(request.body)
    return str(said["signature"]["timestamp"])


_WRITTEN_AT: Mapping[str, tuple[Callable[[HttpRequest], str], timedelta]] = {
    "mailgun": (_mailgun, _FRESH),
    "resend": (lambda request: _header(request, "svix-timestamp"), _SVIX_FRESH),
    "sendgrid": (
        lambda request: _header(request, "X-Twilio-Email-Event-Webhook-Timestamp"),
        _FRESH,
    ),
}
