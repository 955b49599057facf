"""Meta's Graph API, which Facebook and Threads have in common: what its answers mean.

https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from publisher.channels import ChannelError, Duplicate, Permanent, Temporary, Unknown
from publisher.channels.http import Answer, Gone, retry_at
from publisher.channels.posts import Message

# "API Unknown" and "API Service": it failed on the way, and says itself that it does not know.
_FAILED = frozenset({1, 2})
# Too many calls of the app, the user, the page, its business use case or an app's custom limit;
# https://developers.facebook.com/docs/graph-api/overview/rate-limiting
_THROTTLED = frozenset({4, 9, 17, 32, 341, 613, 80001, 80002, 80006})
# The session or the token has ended, or never had the permission.
_NOT_ALLOWED = frozenset({3, 10, 102, 190, *range(200, 300)})
_BLOCKED = 368
_DUPLICATE = 506
# "Unsupported request. Object does not exist" is a subcode of the code for all wrong parameters.
_WRONG_PARAMETER, _NOT_THERE = 100, 33
_NO_SUCH_ALIAS = 803


def words(answer: Answer) -> str:
    """Return what is wrong; what is meant for the user, where there is such a thing."""
    error = answer.json()["error"]
    return str(error.get("error_user_msg") or error["message"])


def meaning(network: str) -> Callable[[Answer, str, datetime | None], ChannelError | None]:
    """Return what tells an error by its code: its status is 400 for nearly everything."""
    return partial(_meaning, network)


def object_of(answer: Answer) -> Mapping[str, Any]:
    """Return the object that an answer is; raises TypeError where it is none."""
    body = answer.json()
    if not isinstance(body, dict):
        raise TypeError(body)
    return body


def identity(answer: Answer) -> str:
    """Return the id of what was made; raises ValueError where there is none."""
    if not (made := str(object_of(answer)["id"])):
        raise ValueError(made)
    return made


def rows(answer: Answer) -> Sequence[Mapping[str, Any]]:
    """Return the objects of a page of an edge, each of which has its id."""
    found = list(object_of(answer)["data"])
    for row in found:
        row["id"]
    return found


def insights(found: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
    """Return the metrics of an object by name, each over all of its life."""
    return {each["name"]: int(each["values"][0]["value"]) for each in found}


def says(text: str, message: Message) -> bool:
    """Return whether a post with this text is `message`: by its link, which no other has, or words.

    White space is joined, because both networks trim it.
    """
    if message.link and message.link in text.split():
        return True
    return bool(text.split()) and text.split() == message.text.split()


def _meaning(network: str, answer: Answer, said: str, now: datetime | None) -> ChannelError | None:
    error = object_of(answer)["error"]
    code, subcode = int(error["code"]), error.get("error_subcode")
    if code in _FAILED:
        return Unknown(f"{network} failed{said}; what it was asked may be done.")
    if code in _THROTTLED:
        reason = f"{network} takes no more from this account for now{said}."
        return Temporary(reason, _regained(answer, now))
    # A wrong secret of the app is a wrong parameter, by its code.
    if code in _NOT_ALLOWED or "appsecret_proof" in error["message"]:
        reason = f"{network} does not accept the account's credentials{said}; connect it again."
        return Permanent(reason, stops_account=True)
    if code == _BLOCKED:
        reason = f"{network} has blocked the account for a while{said}; look at its notices."
        return Permanent(reason, stops_account=True)
    if code == _DUPLICATE:
        return Duplicate(f"{network} has these words from this account already{said}; change them.")
    if code == _NO_SUCH_ALIAS or (code, subcode) == (_WRONG_PARAMETER, _NOT_THERE):
        return Gone(f"{network} has no such thing{said}.")
    return None


def _regained(answer: Answer, now: datetime | None) -> datetime | None:
    """Return when the last of the business use cases that are used up opens again."""
    if now is None:
        return None
    try:
        usage = json.loads(answer.headers["x-business-use-case-usage"])
        waits = [
            each["estimated_time_to_regain_access"] for some in usage.values() for each in some
        ]
        # In minutes; 0 for a use case that is not used up.
        longest = timedelta(minutes=max(waits))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
        longest = timedelta()
    return now + longest if longest else retry_at(answer, now)
