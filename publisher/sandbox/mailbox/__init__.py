"""The built-in mailbox: takes every mail, delivers none, and shows what came.

letters.py      the folder that mail is kept in
server.py       the SMTP server that it arrives by
reading.py      a stored mail as a person reads it
pages.py        the WSGI application that shows it
"""

from publisher.sandbox.mailbox.pages import Mailbox
from publisher.sandbox.mailbox.server import MailboxServer

__all__ = ["Mailbox", "MailboxServer"]
