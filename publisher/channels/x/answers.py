"""What X means by an answer that is no success: for what was asked, and for the account."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.channels import (
    ChannelError,
    Duplicate,
    Permanent,
    Temporary,
    Unauthorized,
    Unknown,
)
from publisher.channels.http import Answer, Gone

# Where X names no window that is used up: its windows are 15 minutes long.
_WINDOW = timedelta(minutes=15)
# Each of these headers comes with -limit, -remaining and -reset (seconds since 1970).
_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")

_DUPLICATE = re.compile(r"duplicate content", re.IGNORECASE)
# What X says, and the type of problem that it names, where the account or its app may not post.
_MAY_NOT_POST = re.compile(
    r"permission|suspended|\blocked|access level|client-forbidden|unsupported-authentication",
    re.IGNORECASE,
)
# Whoever may not read or upload may still post, but for these two.
_MAY_DO_NOTHING = re.compile(r"suspended|\blocked", re.IGNORECASE)


def words(answer: Answer) -> str:
    """Return what X says in an answer, "" where it says nothing."""
    problem = _problem(answer)
    errors = problem.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    message = first.get("message") if isinstance(first, dict) else None
    return str(message or problem.get("detail") or problem.get("error_description") or "")


def for_posts(answer: Answer, said: str, now: datetime | None) -> ChannelError:
    """Return the error that an answer to a post stands for; `said` are X's words, in brackets."""
    return _meaning(answer, said, now, _MAY_NOT_POST)


def for_others(answer: Answer, said: str, now: datetime | None) -> ChannelError:
    """Return the same for questions and pictures, without which an account can still post."""
    return _meaning(answer, said, now, _MAY_DO_NOTHING)


def exhausted(answer: Answer, said: str, now: datetime | None) -> Temporary:
    """Return the error for a ration that is used up, with when there is more of it."""
    return Temporary(
        f"X takes no more from this account for now{said}.", _retry_at(answer.headers, now)
    )


def _meaning(
    answer: Answer, said: str, now: datetime | None, stopping: re.Pattern[str]
) -> ChannelError:
    match answer.status:
        case 401:
            return Unauthorized(
                f"X does not accept the account's keys{said}; renew them and test the account."
            )
        case 402:
            return Permanent(
                f"X wants to be paid first{said}; buy credits for the app.", stops_account=True
            )
        case 403:
            return _forbidden(answer, said, stopping)
        case 404:
            return Gone(f"X has no such thing{said}.")
        case 429:
            return exhausted(answer, said, now)
        case status if status >= 500:
            return Unknown(f"X failed with status {status}{said}; what it was asked may be done.")
        case status:
            return Permanent(f"X refused it with status {status}{said}; correct it.")


def _forbidden(answer: Answer, said: str, stopping: re.Pattern[str]) -> Permanent:
    problem = _problem(answer)
    if _DUPLICATE.search(said):
        return Duplicate(f"X has these words from this account already{said}; change them.")
    if stopping.search(f"{problem.get('type')} {problem.get('reason')} {said}"):
        return Permanent(
            f"X does not let this account post{said}; give its app permission to write, or ask X.",
            stops_account=True,
        )
    return Permanent(f"X refused it{said}; change it, or what the app may do.")


def _problem(answer: Answer) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _retry_at(headers: Mapping[str, str], now: datetime | None) -> datetime | None:
    """Return when the last of the windows that are used up opens again."""
    resets = [
        _moment(headers.get(f"{window}-reset", ""))
        for window in _WINDOWS
        if headers.get(f"{window}-remaining", "").strip() == "0"
    ]
    ahead = [reset for reset in resets if reset and (now is None or reset > now)]
    if ahead:
        return max(ahead)
    return now + _WINDOW if now else None


def _moment(seconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
