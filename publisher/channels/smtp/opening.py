"""From a TCP connection to one that is greeted, encrypted and logged in."""

import asyncio
import base64
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from publisher.channels import Permanent, Temporary
from publisher.channels.smtp.line import Broken, Line
from publisher.channels.smtp.patience import Patience
from publisher.channels.smtp.replies import Reply
from publisher.channels.smtp.url import RelayUrl


async def open_line(url: RelayUrl, patience: Patience, context: ssl.SSLContext) -> Line:
    """Return a connection that is ready for MAIL; raises Temporary or Permanent."""
    with named_errors(url):
        line = await _connect(url, patience, context)
        try:
            await _prepare(line, url, context)
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


async def _connect(url: RelayUrl, patience: Patience, context: ssl.SSLContext) -> Line:
    implicit_tls = url.security == "tls"
    try:
        async with asyncio.timeout(patience.connect):
            _, line = await asyncio.get_running_loop().create_connection(
                lambda: Line(url.authority, patience),
                url.host,
                url.port,
                ssl=context if implicit_tls else None,
            )
    except TimeoutError as error:
        raise Broken(f"it did not answer within {patience.connect:g} seconds") from error
    return line


async def _prepare(line: Line, url: RelayUrl, context: ssl.SSLContext) -> None:
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
        await line.start_tls(context, url.host)
        # RFC 3207 section 4.2: what was said in the clear is forgotten.
        await _introduce(line, url)
    if url.user:
        await _log_in(line, url)


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


async def _log_in(line: Line, url: RelayUrl) -> None:
    offered = line.extensions.get("AUTH", "").upper().split()
    user, password = url.user.encode(), url.password.encode()
    if "PLAIN" in offered:
        command = b"AUTH PLAIN " + base64.b64encode(b"\0%b\0%b" % (user, password))
        reply = await line.ask(command + b"\r\n", "AUTH", line.patience.command)
    elif "LOGIN" in offered:
        reply = await line.ask(b"AUTH LOGIN\r\n", "AUTH", line.patience.command)
        for secret in (user, password):
            if reply.code != 334:
                break
            answer = base64.b64encode(secret) + b"\r\n"
            reply = await line.ask(answer, "AUTH", line.patience.command)
    else:
        raise Permanent(
            f"{url.authority} takes no password (AUTH PLAIN or LOGIN), but the SMTP URL has one.",
            stops_account=True,
        )
    _accept(reply, url, f"the login of {url.user}")


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
