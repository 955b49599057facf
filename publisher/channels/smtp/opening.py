"""From a TCP connection to one that is greeted, encrypted and logged in."""

import asyncio
import base64
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from publisher.channels import Permanent, Temporary
from publisher.channels.smtp.line import Broken, Line
from publisher.channels.smtp.patience import Patience
from publisher.channels.smtp.replies import Reply
from publisher.channels.smtp.token import Tokens
from publisher.channels.smtp.url import RelayUrl

# RFC 4954 section 4: the server asks for the next answer, and what calls the whole thing off.
_ASKED = 334
_CANCEL = b"*"
# Says whom to trust: it is asked where a line is encrypted, for reading that takes 20 ms.
Trust = Callable[[], ssl.SSLContext]


async def open_line(
    url: RelayUrl,
    patience: Patience,
    tls: Trust,
    tokens: Tokens | None = None,
) -> Line:
    """Return a connection that is ready for MAIL; raises Temporary or Permanent.

    `tls` says whom to trust, where that is asked. `tokens` are for a login by XOAUTH2, and
    remembered by the caller from line to line.
    """
    with named_errors(url):
        line = await _connect(url, patience, tls)
        try:
            await _prepare(line, url, tls, tokens or Tokens(url))
        except BaseException:
            line.break_off("it could not be used")
            raise
        return line


@contextmanager
def named_errors(url: RelayUrl) -> Iterator[None]:
    """Raise what goes wrong with a connection as Temporary or Permanent, naming the server."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Permanent(
            f"The certificate of {url.authority} is not to be trusted: {error.verify_message}.",
            stops_account=True,
        ) from error
    except (OSError, Broken) as error:
        raise Temporary(f"No connection to {url.authority}: {_why(error)}.") from error


async def _connect(url: RelayUrl, patience: Patience, tls: Trust) -> Line:
    implicit_tls = url.security == "tls"
    try:
        async with asyncio.timeout(patience.connect):
            _, line = await asyncio.get_running_loop().create_connection(
                lambda: Line(url.authority, patience),
                url.host,
                url.port,
                ssl=tls() if implicit_tls else None,
            )
    except TimeoutError as error:
        raise Broken(f"it did not answer within {patience.connect:g} seconds") from error
    return line


async def _prepare(line: Line, url: RelayUrl, tls: Trust, tokens: Tokens) -> None:
    _accept(await line.greeting(), url, "service")
    await _introduce(line, url)
    if url.security == "starttls":
        if "STARTTLS" not in line.extensions:
            raise Permanent(
                f"{url.authority} offers no encryption (STARTTLS), which the SMTP URL demands.",
                stops_account=True,
            )
        reply = await line.ask(b"STARTTLS\r\n", "STARTTLS", line.patience.command)
        _accept(reply, url, "encryption")
        await line.start_tls(tls(), url.host)
        # RFC 3207 section 4.2: what was said in the clear is forgotten.
        await _introduce(line, url)
    if url.user:
        reply = await (_show_token(line, url, tokens) if url.oauth else _log_in(line, url))
        _accept(reply, url, f"the login of {url.user}")


async def _introduce(line: Line, url: RelayUrl) -> None:
    name = _own_name(line).encode()
    reply = await line.ask(b"EHLO %b\r\n" % name, "EHLO", line.patience.command)
    line.extensions = {}
    if reply.positive:
        words = (text.decode("utf-8", "replace").strip().split(" ", 1) for text in reply.texts)
        offered = [(keyword.upper(), "".join(rest)) for keyword, *rest in words]
        line.extensions = dict(offered[1:])
        return
    if reply.code < 500:
        _accept(reply, url, "service")
    # RFC 5321 section 3.2: a server of before 1995.
    _accept(await line.ask(b"HELO %b\r\n" % name, "HELO", line.patience.command), url, "service")


def _own_name(line: Line) -> str:
    """Return the host's name where it is a full one, or else its address (RFC 5321 §4.1.4)."""
    name = socket.gethostname()
    if "." in name.strip(".") and name.isascii():
        return name
    address = line.own_address
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


async def _log_in(line: Line, url: RelayUrl) -> Reply:
    """Return the answer to a login by password (RFC 4616 in UTF-8, or the older LOGIN)."""
    offered = _mechanisms(line)
    user, password = url.user.encode(), url.password.encode()
    if "PLAIN" in offered:
        return await _converse(line, b"PLAIN", b"\0%b\0%b" % (user, password))
    if "LOGIN" in offered:
        return await _converse(line, b"LOGIN", None, user, password)
    raise Permanent(
        f"{url.authority} takes no password (AUTH PLAIN or LOGIN), but the SMTP URL has one.",
        stops_account=True,
    )


async def _show_token(line: Line, url: RelayUrl, tokens: Tokens) -> Reply:
    """Return the answer to a login by XOAUTH2 (Google's and Microsoft's spelling of RFC 7628)."""
    if "XOAUTH2" not in _mechanisms(line):
        raise Permanent(
            f"{url.authority} takes no token (AUTH XOAUTH2), but the SMTP URL has one.",
            stops_account=True,
        )
    token, is_fresh = await tokens.current()
    reply = await _show(line, url, token)
    if reply.code >= 500 and not is_fresh:
        # It was revoked before its time.
        tokens.forget(token)
        token, _ = await tokens.current()
        reply = await _show(line, url, token)
    return reply


async def _show(line: Line, url: RelayUrl, token: str) -> Reply:
    words = f"user={url.user}\1auth=Bearer {token}\1\1".encode()
    # A refusal comes as a question with the reasons in JSON; the verdict follows an empty answer.
    return await _converse(line, b"XOAUTH2", words, b"")


async def _converse(line: Line, mechanism: bytes, first: bytes | None, *more: bytes) -> Reply:
    """Return the last answer of a login: `first` goes along with AUTH, `more` where asked for."""
    command = b"AUTH " + mechanism
    if first is not None:
        command += b" " + base64.b64encode(first)
    reply = await line.ask(command + b"\r\n", "AUTH", line.patience.command)
    for answer in more:
        if reply.code != _ASKED:
            return reply
        said = base64.b64encode(answer) + b"\r\n"
        reply = await line.ask(said, "AUTH", line.patience.command)
    if reply.code == _ASKED:
        # Everything is said; it must refuse what is called off, and can be sent commands again.
        reply = await line.ask(_CANCEL + b"\r\n", "AUTH", line.patience.command)
    return reply


def _mechanisms(line: Line) -> list[str]:
    return line.extensions.get("AUTH", "").upper().split()


def _accept(reply: Reply, url: RelayUrl, wish: str) -> None:
    if reply.positive:
        return
    reason = f"{url.authority} refused {wish}: {reply}."
    if 400 <= reply.code < 500:
        raise Temporary(reason)
    raise Permanent(reason, stops_account=True)


def _why(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    # The system's words alone, without the number in front.
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
