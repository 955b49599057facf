"""How a page is made: the Jinja2 environment with its few filters, and the one way to show one.

A template gets one frozen dataclass, called `page`, and asks for nothing that is not in it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dateformat import format as spell

from publisher import links
from publisher.articles.queries import direction

_UNITS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
    (timedelta(seconds=1), "second"),
)


@dataclass(frozen=True, slots=True)
class House:
    """What every page knows of the newsroom."""

    name: str
    time_zone: str


def environment(**options: Any) -> jinja2.Environment:
    """Return the environment that Django's settings ask for."""
    options |= {
        "autoescape": True,
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    made = jinja2.Environment(**options)  # noqa: S701 - it is on, three lines above
    made.filters |= {
        "moment": moment,
        "day": day,
        "time": time,
        "iso": datetime.isoformat,
        "iso_day": iso_day,
        "local": local,
        "until": until,
        "plural": plural,
        "direction": direction,
        "absolute": links.absolute,
        "dollars": dollars,
    }
    made.globals |= {
        "house": House(settings.PUBLISHER_NAME, settings.TIME_ZONE),
        "url": lambda name, *args: reverse(name, args=args),
        "asset": asset,
    }
    return made


def show(request: HttpRequest, template: str, page: object, *, status: int = 200) -> HttpResponse:
    """Answer with a page."""
    return render(request, template, {"page": page}, status=status)


def moment(at: datetime, zone: str = "") -> str:
    """Spell a moment out: Saturday 21 November at 07:00 (Europe/Amsterdam)."""
    zone = zone or settings.TIME_ZONE
    return spell(at.astimezone(ZoneInfo(zone)), rf"l j F \a\t H:i ({_escaped(zone)})")


def day(at: datetime, zone: str = "") -> str:
    """Spell a day: Saturday 21 November 2026."""
    return spell(at.astimezone(ZoneInfo(zone or settings.TIME_ZONE)), "l j F Y")


def iso_day(at: datetime, zone: str = "") -> str:
    """Return a day as machines read it: 2026-11-21."""
    return at.astimezone(ZoneInfo(zone or settings.TIME_ZONE)).date().isoformat()


def time(at: datetime, zone: str = "") -> str:
    """Spell a time of day: 07:00."""
    return spell(at.astimezone(ZoneInfo(zone or settings.TIME_ZONE)), "H:i")


def dollars(micros: int) -> str:
    """Return millionths of a dollar as money: "$0.20", and "$0.015" where a cent is too coarse."""
    amount = Decimal(micros) / 1_000_000
    cents = round(amount, 2)
    return f"${cents:,}" if cents == amount else f"${amount.normalize():,f}"


def local(at: datetime | None, zone: str = "") -> str:
    """Return a moment as the value of a datetime-local field, "" for None."""
    return spell(at.astimezone(ZoneInfo(zone or settings.TIME_ZONE)), r"Y-m-d\TH:i") if at else ""


def until(at: datetime, now: datetime) -> str:
    """Say how far off a moment is, in its largest unit: in 3 minutes, 2 days ago, now."""
    away = abs(at - now)
    for unit, name in _UNITS:
        if away >= unit:
            amount = plural(away // unit, name)
            return f"in {amount}" if at > now else f"{amount} ago"
    return "now"


def plural(count: int, noun: str) -> str:
    """Count a noun: 1 reader, 37 readers, 20,000 readers."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@cache
def asset(name: str) -> str:
    """Return the address of a file in static/, which changes whenever the file does."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    return f"{static(name)}?v={hashlib.sha256(Path(path).read_bytes()).hexdigest()[:8]}"


def _escaped(zone: str) -> str:
    return "".join(f"\\{letter}" for letter in zone)
