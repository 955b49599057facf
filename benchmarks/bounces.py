"""Reading bounces against merely parsing the same mails with the library: mails a second.

.venv/bin/python -m benchmarks.bounces [MAILS]
"""

import sys
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

from publisher.delivery.bounces import parse

_RECEIVED = "Received: from hub{i}.example (hub{i}.example [192.0.2.1]) by mx.our.example; now\n"
_REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@hub{i}.example>
To: bounces+{i}@our.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b{i}"

--b{i}
Content-Type: text/plain; charset=us-ascii

This is the mail system at host hub{i}.example. I'm sorry to have to inform you
that your message could not be delivered to one or more recipients.

<reader{i}@reader.example>: host mx.reader.example[192.0.2.2] said: {reply}
    (in reply to RCPT TO command)

--b{i}
Content-Type: message/delivery-status

Reporting-MTA: dns; hub{i}.example

Final-Recipient: rfc822; reader{i}@reader.example
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; {reply}

--b{i}
Content-Type: message/rfc822

From: News <news@our.example>
To: reader{i}@reader.example
Subject: The morning edition
Message-ID: <{i}@our.example>

{text}
--b{i}--
"""
_REPLIES = ("550 5.1.1 User unknown", "552 Mailbox full", "554 5.7.1 Blocked", "451 Try later")
_TEXT = "What happened in the city since yesterday, in a line that wraps here.\n" * 100


def main() -> None:
    """Print mails a second for both, and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    mails = [
        (
            "".join(_RECEIVED.format(i=n) for n in range(5))
            + _REPORT.format(i=i, reply=_REPLIES[i % len(_REPLIES)], text=_TEXT)
        ).encode()
        for i in range(count)
    ]
    ours = _mails_a_second(mails, parse)
    library = _mails_a_second(mails, lambda raw: message_from_bytes(raw, policy=default))
    print(f"publisher.delivery.bounces.parse    {ours:9,.0f} mails/s")
    print(f"email.message_from_bytes            {library:9,.0f} mails/s")
    print(f"ratio                               {ours / library:9.2f}")


def _mails_a_second(mails: list[bytes], read: Callable[[bytes], object]) -> float:
    started = time.perf_counter()
    for raw in mails:
        read(raw)
    return len(mails) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
