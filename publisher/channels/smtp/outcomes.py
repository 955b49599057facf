"""What the server decided about a message, and how that is written down: a line of JSON each."""

import json
from collections.abc import Iterator
from json.encoder import encode_basestring_ascii

from publisher.channels.mail import Outcome as Outcome
from publisher.channels.mail import Verdict
from publisher.channels.smtp.replies import Reply


def decided(key: int, reply: Reply) -> Outcome:
    """Return what an answer means for the message with this key."""
    return Outcome(key, _verdict(reply.code), reply.code, reply.detail)


def to_line(outcome: Outcome) -> bytes:
    """Return the line that stands for an outcome in a file."""
    key, verdict, code, detail = outcome
    # One is written for every mail: `json.dumps` of the list takes three times as long.
    return f'[{key}, "{verdict}", {code}, {encode_basestring_ascii(detail)}]\n'.encode()


def from_lines(raw: bytes) -> Iterator[Outcome]:
    """Return the outcomes in a file, without the line that the death of its writer cut short.

    NULs around a line stand for room that was not used.
    """
    for line in raw.splitlines():
        try:
            key, verdict, code, detail = json.loads(line.strip(b"\0"))
        except ValueError:
            # No beginning of a line is a line. It need not be the last: an heir writes on.
            continue
        yield Outcome(key, verdict, code, detail)


def _verdict(code: int) -> Verdict:
    if 200 <= code < 300:
        return "sent"
    return "refused" if code >= 500 else "deferred"
