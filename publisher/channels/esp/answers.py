"""What a service's answers mean, for a call as a whole and for each mail in it."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from publisher.channels import ChannelError, Permanent, Temporary, Unknown

_DETAIL = 300
# A service that says "too many" without saying for how long: most count by the second.
_USUAL_SECONDS = 1.0
# Resend's two answers to a key that it has seen before.
_STILL_RUNNING = "concurrent_idempotent_requests"
_REPEATED = "invalid_idempotent_request"
# How the services name the field with the recipient in it, each in its own quotes and paths.
_RECIPIENT = re.compile(
    r"""['"`.\[]to\b|\bto(?:\[|\.\d)|\bin to\b|recipient|destination""", re.IGNORECASE
)


class Busy(Temporary):
    """Too many calls: the same one may be made in `seconds`."""

    def __init__(self, reason: str, seconds: float, retry_at: datetime) -> None:
        super().__init__(reason, retry_at)
        self.seconds = seconds


class Repeated(ChannelError):
    """All of these mails were taken before."""


class Unacceptable(ChannelError):
    """Something in the call is not accepted, and so none of it was taken.

    `is_about_recipient` says that it is the address, where the call is for one.
    """

    def __init__(self, reason: str, *, is_about_recipient: bool) -> None:
        super().__init__(reason)
        self.is_about_recipient = is_about_recipient


def meaning(
    title: str, status: int, said: str, headers: Mapping[str, str], address: str
) -> ChannelError:
    """Return what an HTTP answer that is no success means; `address` is of a call for one."""
    detail = shown(said)
    reason = f"{title} answers {status}: {detail}." if detail else f"{title} answers {status}."
    if status == 429:
        return _busy(reason, headers)
    if status == 409:
        return _conflict(reason, said, headers)
    if status in (400, 413, 422):
        return Unacceptable(reason, is_about_recipient=is_about_recipient(said, address))
    if status == 503:
        # RFC 9110 section 15.6.4: it did not try.
        return Temporary(reason, _retry_at(headers, _seconds(headers)))
    if status >= 500:
        return Unknown(reason)
    # Keys, payment, a domain that is not verified, an address of the API that is none: all alike.
    return Permanent(reason, stops_account=True)


def is_about_recipient(said: str, address: str) -> bool:
    """Return whether a refusal blames the one address; anything else would be said of all."""
    return bool(address and address.lower() in said.lower()) or bool(_RECIPIENT.search(said))


def shown(said: str) -> str:
    """Return a service's words in one line of bounded length."""
    words = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return words[:_DETAIL].rstrip(" .")


def _busy(reason: str, headers: Mapping[str, str]) -> Busy:
    seconds = _seconds(headers)
    return Busy(reason, seconds, _retry_at(headers, seconds))


def _conflict(reason: str, said: str, headers: Mapping[str, str]) -> ChannelError:
    if _STILL_RUNNING in said:
        return _busy(reason, headers)
    if _REPEATED in said:
        return Repeated(reason)
    return Permanent(reason, stops_account=True)


def _seconds(headers: Mapping[str, str]) -> float:
    """Return how long Retry-After (RFC 9110 section 10.2.3) asks to wait."""
    raw = headers.get("Retry-After", "").strip()
    if raw.isascii() and raw.isdigit():
        return min(float(raw), 86_400.0)
    try:
        until = parsedate_to_datetime(raw)
    except ValueError:
        return _USUAL_SECONDS
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((aware - _moment(headers)).total_seconds(), 0.0)


def _retry_at(headers: Mapping[str, str], seconds: float) -> datetime:
    return _moment(headers) + timedelta(seconds=seconds)


def _moment(headers: Mapping[str, str]) -> datetime:
    """Return the time of the answer, by the clock that Retry-After goes by."""
    try:
        said = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return datetime.fromtimestamp(time.time(), UTC)
    return said if said.tzinfo else said.replace(tzinfo=UTC)
