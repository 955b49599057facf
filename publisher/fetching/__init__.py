"""The one place that fetches what a person typed: from public addresses, little, and soon."""

import ipaddress
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import httpcore
import httpx

from publisher.errors import Refused
from publisher.fetching.guarding import GUARD, Guard, Guarded

__all__ = ["GUARD", "Fetched", "Guard", "check", "client", "fetch"]

# RFC 9110 section 15.4: these two say that the old address may be forgotten.
_FOR_GOOD = frozenset({301, 308})
# Read and decoded in pieces of at most this size, so that a bomb bursts in a small room.
_PIECE_OCTETS = 65_536
# Longer ones are not worth keeping: the next answer comes whole.
_VALIDATOR_CHARACTERS = 200
_USER_AGENT = "Publisher/0.1 (+article and feed reader)"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered, whatever its status.

    `url` is where the answer came from in the end. `moved_to` is the address to ask from now on,
    "" unless the first redirects were permanent.
    """

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    etag: str
    modified: str
    moved_to: str
    retry_after: str
    cache_control: str

    @property
    def host(self) -> str:
        """Return the host that answered."""
        return httpx.URL(self.url).host


def fetch(
    url: str, *, accept: str, etag: str = "", modified: str = "", guard: Guard = GUARD
) -> Fetched:
    """Get a URL, with the validators of an earlier answer if there are any.

    Raises Refused where the address may not be fetched, or where too much or nothing comes back.
    """
    wishes = {"Accept": accept, "If-None-Match": etag, "If-Modified-Since": modified}
    target = _checked(url)
    with client(guard) as http:
        try:
            return _follow(http, target, {k: v for k, v in wishes.items() if v}, guard)
        except httpx.TimeoutException as error:
            host = error.request.url.host
            raise Refused(f"{host} took longer than {guard.seconds:g} seconds.") from error
        except httpx.HTTPError as error:
            host, why = error.request.url.host, str(error).rstrip(".")
            raise Refused(f"{host} cannot be fetched: {why}.") from error


def check(url: str, *, guard: Guard = GUARD) -> str:
    """Return a typed URL in ASCII; raises Refused for one that `fetch` would never get.

    Nothing is connected to. A name that has no address today is let through: there is nothing
    behind it to be reached.
    """
    target = _checked(url)
    with suppress(httpcore.TimeoutException):
        guard.judge(target.host, guard.addresses(target.host, guard.seconds))
    return str(target)


def client(guard: Guard = GUARD) -> httpx.Client:
    """Return a client for one exchange with an address that a person typed.

    Its time runs from now. It follows no redirects, and it asks no proxy of the environment, which
    would connect for us past the guard.
    """
    return httpx.Client(
        transport=Guarded(guard),
        trust_env=False,
        timeout=guard.seconds,
        headers={"User-Agent": _USER_AGENT, "Accept-Encoding": "gzip"},
    )


def _checked(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise Refused(f"{url[:200]!r} is not a URL: {error}.") from error
    if target.scheme not in ("http", "https"):
        raise Refused(f"{url[:200]!r} must start with http:// or https://.")
    if not target.host:
        raise Refused(f"{url[:200]!r} names no host.")
    if target.userinfo:
        raise Refused(f"The URL at {target.host} holds a user name or password; leave it out.")
    if target.port is not None and not 0 < target.port < 65_536:
        raise Refused(f"The URL at {target.host} names port {target.port}, which cannot exist.")
    _refuse_odd_number(target.host)
    return target


def _refuse_odd_number(host: str) -> None:
    # 2130706433, 0x7f.1 and 127.1 are 127.0.0.1 to a resolver. A last label that is a number
    # makes an address of the whole, never a name (WHATWG URL, "ends in a number").
    last = host.rstrip(".").rpartition(".")[2]
    if ":" in host or not (last.isdigit() or last.startswith("0x")):
        return
    try:
        ipaddress.IPv4Address(host)
    except ValueError as error:
        raise Refused(f"{host} is a number and not the name of a host; write its name.") from error


def _follow(
    http: httpx.Client, target: httpx.URL, headers: dict[str, str], guard: Guard
) -> Fetched:
    moved_to, is_for_good = "", True
    for _ in range(guard.redirects + 1):
        with http.stream("GET", target, headers=headers) as response:
            if response.next_request is None:
                return _fetched(response, moved_to, guard)
        target = _redirected(target.host, response.next_request.url)
        is_for_good = is_for_good and response.status_code in _FOR_GOOD
        moved_to = str(target) if is_for_good else moved_to
    raise Refused(f"{target.host} redirects more than {guard.redirects} times.")


def _redirected(host: str, target: httpx.URL) -> httpx.URL:
    try:
        return _checked(str(target))
    except Refused as refusal:
        raise Refused(f"{host} redirects to where nothing is fetched: {refusal}") from None


def _fetched(response: httpx.Response, moved_to: str, guard: Guard) -> Fetched:
    headers = response.headers
    return Fetched(
        url=str(response.url),
        status=response.status_code,
        content_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
        charset=response.charset_encoding or "",
        body=_body(response, guard),
        etag=_validator(headers.get("etag", "")),
        modified=_validator(headers.get("last-modified", "")),
        moved_to=moved_to,
        retry_after=headers.get("retry-after", ""),
        cache_control=headers.get("cache-control", ""),
    )


def _validator(value: str) -> str:
    # It goes back to the server in a header, which takes nothing but ASCII.
    return value if value.isascii() and len(value) <= _VALIDATOR_CHARACTERS else ""


def _body(response: httpx.Response, guard: Guard) -> bytes:
    host = response.url.host
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise Refused(f"{host} answers in the encoding {coding[:50]!r}, which nobody asked for.")
    raw = response.iter_raw(_PIECE_OCTETS)
    body = bytearray()
    for piece in _unzipped(raw, host) if coding.endswith("gzip") else raw:
        body += piece
        if len(body) > guard.octets:
            raise Refused(f"{host} sends more than {guard.octets:,} octets, which is too much.")
    return bytes(body)


def _unzipped(pieces: Iterable[bytes], host: str) -> Iterator[bytes]:
    # httpx would decode each piece as a whole, and a nested bomb makes gigabytes of one.
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    is_empty = True
    try:
        for piece in pieces:
            is_empty, rest = False, piece
            while rest and not unzip.eof:
                yield unzip.decompress(rest, _PIECE_OCTETS)
                rest = unzip.unconsumed_tail
        # At most a few hundred octets: what a single unread symbol may still stand for.
        yield unzip.flush()
    except zlib.error as error:
        raise Refused(f"{host} answers with broken gzip: {error}.") from error
    # A 304 may name the encoding of the body that it does not have.
    if not (unzip.eof or is_empty):
        raise Refused(f"{host} broke off in the middle of its answer.")
