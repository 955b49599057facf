"""What goes wrong with a mailbox, as Temporary or Permanent with one sentence."""

import imaplib
import poplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from publisher.channels import Permanent, Temporary
from publisher.channels.mailboxes.url import MailboxUrl

_SAID_CHARACTERS = 200


@contextmanager
def named_errors(url: MailboxUrl, wish: str = "") -> Iterator[None]:
    """Raise what goes wrong as Temporary or Permanent, naming the server.

    A refusal is one of `wish`; without one it is a server that makes no sense.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Permanent(
            f"The certificate of {url.authority} is not to be trusted: {error.verify_message}.",
            stops_account=True,
        ) from error
    except (OSError, EOFError, imaplib.IMAP4.abort) as error:
        raise Temporary(f"No connection to {url.authority}: {_why(error)}.") from error
    except (imaplib.IMAP4.error, poplib.error_proto) as error:
        if not wish:
            raise Temporary(f"{url.authority} does not make sense: {_why(error)}.") from error
        raise Permanent(
            f"{url.authority} refused {wish}: {_why(error)}.", stops_account=True
        ) from error


def said(words: object) -> str:
    """Return what a server said, fit for a row and a log."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    shown = "".join(c if c.isprintable() else " " for c in text[:_SAID_CHARACTERS])
    return shown.strip().rstrip(".")


def _why(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    words = error.args[0] if error.args else type(error).__name__
    return said(getattr(error, "strerror", None) or words)
