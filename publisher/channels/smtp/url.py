"""Where a relay is and how to log in there: `smtp+starttls://user:password@host:587`.

With `?auth=xoauth2` the password is an access token. With `token_url` and `client_id` as well it is
the refresh token that buys one; with `grant=client_credentials` too, it is the client's secret.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from publisher.errors import Refused

Security = Literal["none", "tls", "starttls"]
Grant = Literal["refresh_token", "client_credentials"]

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
_OAUTH = ("token_url", "client_id", "client_secret", "scope", "grant")


@dataclass(frozen=True, slots=True)
class OAuth:
    """Where access tokens are bought (RFC 6749); `token_url` is "" where the password is one."""

    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    grant: Grant = "refresh_token"


@dataclass(frozen=True, slots=True)
class RelayUrl:
    """A relay; `user` is "" where no login is needed, `oauth` None where it is by password."""

    host: str
    port: int
    security: Security = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    connections: int = _CONNECTIONS
    oauth: OAuth | None = None

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
    options = dict(parse_qsl(split.query, keep_blank_values=True))
    relay = RelayUrl(
        split.hostname,
        port or usual_port,
        security,
        user,
        password,
        connections=_connections(options.pop("connections", str(_CONNECTIONS))),
        oauth=_oauth(options),
    )
    if options:
        raise Refused(f"The SMTP URL has an unknown option {min(options)!r}; remove it.")
    if relay.oauth and not relay.user:
        raise Refused("The SMTP URL has auth=xoauth2 and needs a user and a token before the @.")
    return relay


def _login(split: SplitResult, security: Security) -> tuple[str, str]:
    user, password = unquote(split.username or ""), unquote(split.password or "")
    if bool(user) != bool(password):
        raise Refused("The SMTP URL needs both a user and a password, or neither.")
    # RFC 4616: AUTH PLAIN has NUL between them; XOAUTH2 has ^A.
    if {"\0", "\1"} & set(user + password):
        raise Refused(
            "The user and the password in the SMTP URL cannot hold a NUL character or ^A."
        )
    if user and security == "none" and split.hostname not in _LOOPBACK:
        raise Refused(
            "The SMTP URL would send its password unencrypted; "
            "write smtps:// or smtp+starttls:// in place of smtp://."
        )
    return user, password


def _connections(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and 1 <= int(raw) <= _MOST_CONNECTIONS):
        raise Refused(f"The SMTP URL's connections must be a number from 1 to {_MOST_CONNECTIONS}.")
    return int(raw)


def _oauth(options: dict[str, str]) -> OAuth | None:
    """Take the options about tokens out of the URL's, and return them."""
    auth = options.pop("auth", "")
    given = {name: options.pop(name) for name in _OAUTH if name in options}
    if auth not in ("", "xoauth2"):
        raise Refused("The SMTP URL's auth must be xoauth2, or be left out for a password.")
    if given and not auth:
        raise Refused(f"The SMTP URL has a {min(given)} but no auth=xoauth2; add it.")
    if given.get("grant", "refresh_token") not in get_args(Grant):
        raise Refused(f"The SMTP URL's grant must be one of {', '.join(get_args(Grant))}.")
    if given and not (given.get("token_url") and given.get("client_id")):
        raise Refused("The SMTP URL needs both a token_url and a client_id to buy tokens with.")
    if given and not _is_private(given["token_url"]):
        raise Refused("The SMTP URL's token_url must start with https://.")
    return OAuth(**given) if auth else None  # type: ignore[arg-type] # grant: one of two, as checked


def _is_private(url: str) -> bool:
    """Return whether what is sent there can be read by nobody on the way."""
    try:
        split = urlsplit(url)
    except ValueError:
        return False
    return bool(split.hostname) and (
        split.scheme == "https" or (split.scheme == "http" and split.hostname in _LOOPBACK)
    )
