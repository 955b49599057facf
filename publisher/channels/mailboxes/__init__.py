"""Mailboxes that mail comes back to, read by IMAP (RFC 9051) or POP3 (RFC 1939).

url.py      where a mailbox is and how to log in there
letters.py  one mail in it
errors.py   what goes wrong with one, as one sentence
imap.py     what is ours is deleted or moved away; all other mail stays, and is not read twice
pop3.py     everything that was read is deleted: a mailbox for returned mail alone

    with mailboxes.opened(mailboxes.parse("imaps://user:password@host/INBOX")) as box:
        for letter in box.letters(100): …
        # Not before what was in them is safe: so a crash repeats, and never loses.
        box.take_away(keys)
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from publisher.channels.mailboxes.imap import ImapBox
from publisher.channels.mailboxes.letters import Letter
from publisher.channels.mailboxes.pop3 import PopBox
from publisher.channels.mailboxes.url import MailboxUrl, parse

__all__ = ["Box", "Letter", "MailboxUrl", "opened", "parse"]


class Box(Protocol):
    """An open mailbox; every verb may raise Temporary or Permanent."""

    def letters(self, limit: int) -> Iterator[Letter]:
        """Yield up to `limit` mails that we have not read yet, the oldest first."""

    def take_away(self, keys: Sequence[str]) -> None:
        """Delete these mails, or move them where the URL says."""

    def leave(self, keys: Sequence[str]) -> None:
        """Never read these mails again; POP3 knows no other way than to delete them."""


@contextmanager
def opened(url: MailboxUrl, tls: ssl.SSLContext | None = None) -> Iterator[Box]:
    """Have a mailbox open and logged in; `tls` None trusts whom the system trusts.

    Raises Temporary or Permanent.
    """
    kind = ImapBox if url.protocol == "imap" else PopBox
    box = kind(url, tls or ssl.create_default_context())
    try:
        yield box
    except BaseException:
        box.hang_up()
        raise
    box.close()
