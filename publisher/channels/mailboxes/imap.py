"""A mailbox by IMAP: mails are known by their UIDs, and what we have looked at bears a keyword."""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress

from publisher.channels import Permanent
from publisher.channels.mailboxes.errors import named_errors, said
from publisher.channels.mailboxes.letters import MOST_OCTETS, PATIENCE_SECONDS, Letter
from publisher.channels.mailboxes.url import MailboxUrl

# RFC 9051 section 2.3.2: a keyword of our own, where the server keeps such.
_LOOKED_AT = "PublisherLooked"


class ImapBox:
    """One folder of an IMAP account."""

    def __init__(self, url: MailboxUrl, tls: ssl.SSLContext) -> None:
        self._url = url
        with named_errors(url):
            self._client = _connected(url, tls)
        try:
            with named_errors(url, f"the login of {url.user}"):
                self._client.login(url.user, url.password)
            with named_errors(url):
                self._offers = self._ask("CAPABILITY", *self._client.capability()).split()
                self._ask(f"the folder {url.folder}", *self._client.select(_quoted(url.folder)))
                keywords = b" ".join(filter(None, self._client.response("PERMANENTFLAGS")[1]))
        except BaseException:
            self.hang_up()
            raise
        # "\*" lets us invent keywords; where it is missing, what we looked at is seen.
        keeps_ours = b"\\*" in keywords
        self._unread = f"UNKEYWORD {_LOOKED_AT}" if keeps_ours else "UNSEEN"
        self._mark = _LOOKED_AT if keeps_ours else "\\Seen"

    def letters(self, limit: int) -> Iterator[Letter]:
        """Yield up to `limit` mails that we have not looked at yet."""
        with named_errors(self._url):
            found = self._uid("SEARCH", "UNDELETED", *self._unread.split())
            for uid in found.decode().split()[:limit]:
                yield Letter(uid, self._octets(uid))

    def take_away(self, keys: Sequence[str]) -> None:
        """Delete mails, or move them to the folder that the URL names."""
        if not keys:
            return
        with named_errors(self._url):
            uids = ",".join(keys)
            if self._url.done and b"MOVE" in self._offers:
                self._uid("MOVE", uids, _quoted(self._url.done))
                return
            if self._url.done:
                self._uid("COPY", uids, _quoted(self._url.done))
            self._uid("STORE", uids, "+FLAGS.SILENT", "(\\Deleted)")
            # Without UIDPLUS (RFC 4315) only everything that anybody marked could be expunged;
            # marked as deleted, ours are not read again.
            if b"UIDPLUS" in self._offers:
                self._uid("EXPUNGE", uids)

    def leave(self, keys: Sequence[str]) -> None:
        """Mark mails as looked at."""
        if keys:
            with named_errors(self._url):
                self._uid("STORE", ",".join(keys), "+FLAGS.SILENT", f"({self._mark})")

    def close(self) -> None:
        """Say goodbye; what was done is done, even where that goes wrong."""
        try:
            self._client.logout()
        except (OSError, imaplib.IMAP4.error):
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection without a word."""
        with suppress(OSError):
            self._client.shutdown()

    def _octets(self, uid: str) -> bytes:
        typ, parts = self._client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_OCTETS}>)")
        self._ask(f"mail {uid}", typ, parts)
        # imaplib gives a literal as a pair with what stood in front of it; none if it is gone.
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")

    def _uid(self, command: str, *words: str) -> bytes:
        return self._ask(command, *self._client.uid(command, *words))

    def _ask(self, wish: str, typ: str, answer: Sequence[object]) -> bytes:
        first = answer[0] if answer else b""
        if typ != "OK":
            raise Permanent(f"{self._url.authority} refused {wish}: {said(first)}.")
        return first if isinstance(first, bytes) else b""


def _connected(url: MailboxUrl, tls: ssl.SSLContext) -> imaplib.IMAP4:
    if url.security == "tls":
        return imaplib.IMAP4_SSL(url.host, url.port, ssl_context=tls, timeout=PATIENCE_SECONDS)
    client = imaplib.IMAP4(url.host, url.port, timeout=PATIENCE_SECONDS)
    if url.security == "starttls":
        try:
            client.starttls(tls)
        except BaseException:
            # A handshake that failed has closed the socket already.
            with suppress(OSError):
                client.shutdown()
            raise
    return client


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
