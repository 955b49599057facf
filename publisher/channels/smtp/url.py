"""Where a relay is and how to log in there: `smtp+starttls://user:password@host:587`."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from publisher.errors import Refused

Security = Literal["none", "tls", "starttls"]

# RFC 5321, RFC 8314 section 3.3, RFC 6409: the port that each kind of connection has.
_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
}
_CONNECTIONS = 10
# Postfix lets one client have 50 (smtpd_client_connection_count_limit).
_MOST_CONNECTIONS = 50
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class RelayUrl:
    """A relay; `user` is "" where no login is needed."""

    host: str
    port: int
    security: Security = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    connections: int = _CONNECTIONS

    @property
    def authority(self) -> str:
        """Return host:port, as sentences about the relay name it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(url: str) -> RelayUrl:
    """Return the relay that `url` names; raises Refused, never showing the password."""
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise Refused("The SMTP URL has no valid host and port; write smtp://host:25.") from error
    if split.scheme not in _SCHEMES:
        raise Refused("The SMTP URL must start with smtp://, smtps:// or smtp+starttls://.")
    if not split.hostname or split.path not in ("", "/") or split.fragment:
        raise Refused("The SMTP URL must name a host and no path; write smtp://host:25.")
    security, usual_port = _SCHEMES[split.scheme]
    user, password = _login(split, security)
    return RelayUrl(
        split.hostname, port or usual_port, security, user, password, _connections(split.query)
    )


def _login(split: SplitResult, security: Security) -> tuple[str, str]:
    user, password = unquote(split.username or ""), unquote(split.password or "")
    if bool(user) != bool(password):
        raise Refused("The SMTP URL needs both a user and a password, or neither.")
    # RFC 4616: AUTH PLAIN has NUL between them.
    if "\0" in user + password:
        raise Refused("The user and the password in the SMTP URL cannot hold a NUL character.")
    if user and security == "none" and split.hostname not in _LOOPBACK:
        raise Refused(
            "The SMTP URL would send its password unencrypted; "
            "write smtps:// or smtp+starttls:// in place of smtp://."
        )
    return user, password


def _connections(query: str) -> int:
    options = dict(parse_qsl(query, keep_blank_values=True))
    raw = options.pop("connections", str(_CONNECTIONS))
    if options:
        raise Refused(f"The SMTP URL has an unknown option {min(options)!r}; remove it.")
    if not (raw.isascii() and raw.isdigit() and 1 <= int(raw) <= _MOST_CONNECTIONS):
        raise Refused(f"The SMTP URL's connections must be a number from 1 to {_MOST_CONNECTIONS}.")
    return int(raw)
