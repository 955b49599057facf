"""Every setting, read once from the environment; a wrong one is named in one sentence."""

import os
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from publisher.errors import Refused

T = TypeVar("T")


def name_settings() -> None:
    """Tell Django where its settings are, unless the environment does; for entry points only."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "publisher.settings")


def with_defaults(defaults: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process of ours: this one's, and `defaults` where unset."""
    given = {name: raw for name, raw in os.environ.items() if raw.strip() or name not in defaults}
    return {**defaults, **given}


def anywhere(given: Mapping[str, str]) -> dict[str, str]:
    """Return an environment whose `NAME_FILE`s are found from every directory."""
    return {
        name: str(Path(raw).absolute()) if name.endswith("_FILE") and raw else raw
        for name, raw in given.items()
    }


def text(name: str, default: str = "") -> str:
    """Return the setting, or what is in the file that `NAME_FILE` names (Docker's secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise Refused(
                f"{name}_FILE names {path!r}, which cannot be read: {error.strerror}."
            ) from error
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or a no; `1 true yes on` and `0 false no off` are understood."""
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    return _read(name, str(int(default)), lambda raw: words[raw.lower()], "yes or no")


def seconds(name: str, default: float) -> float:
    """Return a number of seconds greater than 0."""
    return _read(name, str(default), _positive, "a number of seconds greater than 0")


def hours(name: str, default: float) -> timedelta:
    """Return a time that is given as a number of hours greater than 0."""
    return _read(
        name,
        str(default),
        lambda raw: timedelta(hours=_positive(raw)),
        "a number of hours greater than 0",
    )


def count(name: str, default: int) -> int:
    """Return a whole number greater than 0."""
    return _read(
        name, str(default), lambda raw: int(_positive(raw)), "a whole number greater than 0"
    )


def zone(name: str, default: str = "UTC") -> str:
    """Return the key of a time zone in the IANA database."""
    return _read(
        name, default, lambda raw: ZoneInfo(raw).key, "a time zone such as Europe/Amsterdam"
    )


def url(name: str, default: str = "", *, schemes: tuple[str, ...]) -> str:
    """Return a URL with one of `schemes` and without a slash at its end.

    "" where unset and without a default.
    """

    def parse(raw: str) -> str:
        if raw and urlsplit(raw).scheme not in schemes:
            raise ValueError
        return raw.rstrip("/")

    return _read(
        name, default, parse, f"a URL that starts with {' or '.join(f'{s}://' for s in schemes)}"
    )


# Seconds in the units that a rate may be a number of messages in.
_PER = {"s": 1, "m": 60, "h": 3600}
_RATE = re.compile(r"(\d+(?:\.\d+)?)/([smh])")
_AT_A_TIME = re.compile(r"(\d+)c")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def limits(name: str) -> dict[str, tuple[float | None, int | None]]:
    """Return the messages a second and at a time by domain; None: no limit.

    Written `gmail.com=20/s,10c gmx.net=600/h orange.fr=none`.
    """
    return _read(
        name,
        "",
        lambda raw: dict(_limit(word) for word in raw.split()),
        "limits by domain such as gmail.com=20/s,10c gmx.net=600/h orange.fr=none",
    )


def _limit(word: str) -> tuple[str, tuple[float | None, int | None]]:
    domain, _, limit = word.lower().partition("=")
    if not _DOMAIN.fullmatch(domain):
        raise ValueError
    rate = at_a_time = None
    for part in limit.split(",") if limit != "none" else ():
        if found := _RATE.fullmatch(part):
            rate = _positive(found[1]) / _PER[found[2]]
        elif found := _AT_A_TIME.fullmatch(part):
            at_a_time = int(_positive(found[1]))
        else:
            raise ValueError
    return domain, (rate, at_a_time)


_PRICED = re.compile(r"[a-z]+(\+(link|read))?")
_MICROS = 1_000_000


def prices(name: str, default: str) -> dict[str, int]:
    """Return what networks charge, in millionths of a dollar.

    Written `x=0.015 x+link=0.20 x+read=0.005`: for a post, one with a link, and a post's figures.
    """
    return _read(
        name,
        default,
        lambda raw: dict(_price(word) for word in raw.split()),
        "dollars by network such as x=0.015 x+link=0.20 x+read=0.005",
    )


def _price(word: str) -> tuple[str, int]:
    what, _, dollars = word.lower().partition("=")
    if not (_PRICED.fullmatch(what) and re.fullmatch(r"\d{1,6}(\.\d{1,6})?", dollars)):
        raise ValueError
    return what, int(Decimal(dollars) * _MICROS)


def path(name: str, default: str) -> Path:
    """Return an absolute path."""
    return Path(text(name, default)).expanduser().absolute()


def server(name: str, *, port: int) -> tuple[str, int] | None:
    """Return an IP address with a port, the usual one where none is given; None where unset."""

    def parse(raw: str) -> tuple[str, int] | None:
        if not raw:
            return None
        bare = f"[{raw}]" if raw.count(":") > 1 and not raw.startswith("[") else raw
        split = urlsplit(f"//{bare}")
        return str(ip_address(split.hostname or "")), split.port or port

    return _read(name, "", parse, "an IP address, with a port or without: 192.0.2.53:53")


def addresses(name: str) -> tuple[str, ...]:
    """Return IP addresses, given with spaces between them."""
    return _read(
        name,
        "",
        lambda raw: tuple(str(ip_address(word)) for word in raw.split()),
        "IP addresses with spaces between them",
    )


def ranges(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return ranges of IP addresses, or single ones, given with spaces between them."""
    return _read(
        name,
        "",
        lambda raw: tuple(ip_network(word) for word in raw.split()),
        "IP addresses, or ranges of them, with spaces between: 127.0.0.1 10.1.0.0/16",
    )


def _positive(raw: str) -> float:
    number = float(raw)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def _read(name: str, default: str, parse: Callable[[str], T], expected: str) -> T:
    raw = text(name, default)
    try:
        return parse(raw)
    except (ValueError, KeyError, OSError, OverflowError) as error:
        raise Refused(f"{name} is {_shown(raw)!r}, but must be {expected}.") from error


def _shown(raw: str) -> str:
    # A URL may hold a password, or a secret in its query, and this sentence lands in logs.
    if "?" in raw:
        return f"{raw.split(':', 1)[0]}:…"
    return raw if "@" not in raw else f"{raw.split(':', 1)[0]}:…@{raw.rsplit('@', 1)[1]}"
