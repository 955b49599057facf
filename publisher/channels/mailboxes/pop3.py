"""A mailbox by POP3, which knows no marks: what was read is deleted, ours or not.

The server deletes at our goodbye; whoever does not get that far reads everything again.
"""

import poplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from publisher.channels.mailboxes.errors import named_errors
from publisher.channels.mailboxes.letters import MOST_OCTETS, PATIENCE_SECONDS, Letter
from publisher.channels.mailboxes.url import MailboxUrl

# Of a mail that is too large: its head and the report, which stands above the mail it returns.
_TOP_LINES = 2000
# RFC 5322 allows 998 octets and programs write more; poplib gives up at 2048, and then the whole
# mailbox could not be read for one line.
_LINE_OCTETS = 1_000_000


class PopBox:
    """A POP3 account."""

    def __init__(self, url: MailboxUrl, tls: ssl.SSLContext) -> None:
        self._url = url
        with named_errors(url):
            self._client = _connected(url, tls)
        try:
            with named_errors(url, f"the login of {url.user}"):
                self._client.user(url.user)
                self._client.pass_(url.password)
        except BaseException:
            self.hang_up()
            raise

    def letters(self, limit: int) -> Iterator[Letter]:
        """Yield up to `limit` mails."""
        with named_errors(self._url):
            for line in self._client.list()[1][:limit]:
                number, size = map(int, line.split()[:2])
                yield Letter(str(number), self._octets(number, size))

    def take_away(self, keys: Sequence[str]) -> None:
        """Delete mails, at the goodbye."""
        with named_errors(self._url):
            for key in keys:
                self._client.dele(int(key))

    def leave(self, keys: Sequence[str]) -> None:
        """Delete mails that are not ours too: else they would be read every minute."""
        self.take_away(keys)

    def close(self) -> None:
        """Say goodbye, at which the server deletes."""
        with named_errors(self._url):
            self._client.quit()

    def hang_up(self) -> None:
        """End the connection without a word, so that nothing is deleted."""
        self._client.close()

    def _octets(self, number: int, size: int) -> bytes:
        if size > MOST_OCTETS:
            lines = self._client.top(number, _TOP_LINES)[1]
        else:
            lines = self._client.retr(number)[1]
        return b"\r\n".join(lines)[:MOST_OCTETS]


class _LongLines(poplib.POP3):
    """poplib's client, but for its limit of a line, and the socket that a bad greeting leaks."""

    def __init__(self, host: str, port: int, **options: Any) -> None:
        try:
            super().__init__(host, port, **options)
        except BaseException:
            if getattr(self, "sock", None):
                self.close()
            raise

    def _getline(self) -> tuple[bytes, int]:
        line = self.file.readline(_LINE_OCTETS + 1)
        if len(line) > _LINE_OCTETS:
            raise poplib.error_proto("a line that does not end")
        if not line:
            raise EOFError("it hung up")
        return line.rstrip(b"\r\n"), len(line)


class _LongLinesTls(_LongLines, poplib.POP3_SSL):
    pass


def _connected(url: MailboxUrl, tls: ssl.SSLContext) -> poplib.POP3:
    if url.security == "tls":
        return _LongLinesTls(url.host, url.port, timeout=PATIENCE_SECONDS, context=tls)
    client = _LongLines(url.host, url.port, timeout=PATIENCE_SECONDS)
    if url.security == "starttls":
        try:
            client.stls(tls)
        except BaseException:
            # A handshake that failed has closed the socket already.
            with suppress(OSError):
                client.close()
            raise
    return client
