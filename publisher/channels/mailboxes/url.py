"""Where a mailbox is and how to log in there: `imaps://user:password@host/Bounces?done=Old`."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from publisher.errors import Refused

Protocol = Literal["imap", "pop3"]
Security = Literal["none", "tls", "starttls"]

# RFC 8314 section 3, RFC 9051 section 2.1, RFC 1939: the port that each kind of connection has.
_SCHEMES: dict[str, tuple[Protocol, Security, int]] = {
    "imap": ("imap", "none", 143),
    "imap+starttls": ("imap", "starttls", 143),
    "imaps": ("imap", "tls", 993),
    "pop3": ("pop3", "none", 110),
    "pop3+starttls": ("pop3", "starttls", 110),
    "pop3s": ("pop3", "tls", 995),
}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_OFFERED = "imaps://, imap+starttls://, pop3s:// or pop3+starttls://"


@dataclass(frozen=True, slots=True)
class MailboxUrl:
    """A mailbox; `done` is the folder that mail is moved to when it was taken, "" deletes it."""

    protocol: Protocol
    security: Security
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done: str = ""

    @property
    def authority(self) -> str:
        """Return host:port, as sentences about the mailbox name it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        folder = f"/{self.folder}" if self.protocol == "imap" else ""
        return f"{self.protocol}://{self.user}@{self.authority}{folder}"


def parse(url: str) -> MailboxUrl:
    """Return the mailbox that `url` names; raises Refused, never showing the password."""
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise Refused(
            "The mailbox's URL has no valid host and port; write imaps://host:993."
        ) from error
    if split.scheme not in _SCHEMES:
        raise Refused(f"The mailbox's URL must start with {_OFFERED}.")
    protocol, security, usual_port = _SCHEMES[split.scheme]
    if not split.hostname or split.fragment:
        raise Refused("The mailbox's URL must name a host; write imaps://host:993.")
    if security == "none" and split.hostname not in _LOOPBACK:
        raise Refused(
            f"The mailbox's URL would send its password unencrypted; start it with {_OFFERED}."
        )
    user, password = _login(split)
    folder, done = _folders(split, protocol)
    return MailboxUrl(
        protocol, security, split.hostname, port or usual_port, user, password, folder, done
    )


def _login(split: SplitResult) -> tuple[str, str]:
    user, password = unquote(split.username or ""), unquote(split.password or "")
    if not user or not password:
        raise Refused("The mailbox's URL needs a user and a password; write user:password@host.")
    if not (user + password).isprintable():
        raise Refused("The user and the password of a mailbox must be printable characters.")
    return user, password


def _folders(split: SplitResult, protocol: Protocol) -> tuple[str, str]:
    folder = unquote(split.path.strip("/"))
    options = dict(parse_qsl(split.query, keep_blank_values=True))
    done = options.pop("done", "")
    if options:
        raise Refused(f"The mailbox's URL has an unknown option {min(options)!r}; remove it.")
    if protocol == "pop3" and (folder or done):
        raise Refused("POP3 knows no folders; remove what stands behind the host.")
    for name in (folder, done):
        # IMAP before revision 2 (RFC 9051) writes all others in an encoding of its own.
        if not (name.isascii() and name.isprintable()):
            raise Refused(f"The folder {name!r} must have a name in ASCII; choose another one.")
    return folder or "INBOX", done
