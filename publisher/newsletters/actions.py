"""Founding a newsletter."""

import ipaddress
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings

from publisher.audience import addresses
from publisher.delivery import relays
from publisher.delivery.message.addresses import ascii_address
from publisher.errors import Refused
from publisher.newsletters import rendering
from publisher.newsletters.models import Newsletter
from publisher.staff import trail

# It stands in links and, as a part of a List-Id, in headers.
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
_TEMPLATE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
# RFC 5646, in its general shape: en, pt-BR, zh-Hant.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Masthead:
    """What a newsletter is founded with.

    "" takes the default: `name` as the sender's, `slug` at our own host as the address, and the
    newsroom's time zone.
    """

    slug: str
    name: str
    description: str = ""
    sender_name: str = ""
    sender_address: str = ""
    reply_to: str = ""
    template: str = "digest"
    time_zone: str = ""
    language: str = "en"
    nameless: str = "reader"
    postal_address: str = ""
    needs_approval: bool = False
    route: str = relays.DEFAULT


def add(masthead: Masthead, *, now: datetime) -> int:
    """Found a newsletter and return its id; raises Refused, naming what is wrong."""
    fields = _checked(masthead)
    newsletter, is_new = Newsletter.objects.get_or_create(
        slug=masthead.slug, defaults={**fields, "created_at": now}
    )
    if not is_new:
        raise Refused(f"There is a newsletter {masthead.slug!r} already; choose another slug.")
    trail.note(None, f"newsletter {newsletter.slug}", "founded it", now=now)
    return newsletter.pk


def _checked(masthead: Masthead) -> dict[str, object]:
    if not _SLUG.fullmatch(masthead.slug):
        raise Refused(
            f"{masthead.slug[:80]!r} cannot be a newsletter's slug; "
            "use up to 50 lower-case letters, digits and hyphens."
        )
    if not masthead.name.strip():
        raise Refused("A newsletter needs a name.")
    sender = masthead.sender_address or f"{masthead.slug}@{_own_domain()}"
    return {
        **asdict(masthead),
        "name": _one_line(masthead.name, "name", 200),
        "sender_name": _one_line(masthead.sender_name or masthead.name, "sender name", 200),
        "nameless": _one_line(masthead.nameless, "word for a nameless reader", 100),
        "postal_address": _one_line(masthead.postal_address, "postal address", 300),
        "sender_address": _address(sender, "sender"),
        "reply_to": _address(masthead.reply_to, "reply-to") if masthead.reply_to else "",
        "template": _template(masthead.template),
        "time_zone": _zone(masthead.time_zone or settings.TIME_ZONE),
        "language": _language(masthead.language),
        "route": relays.check_route(masthead.route),
    }


def _one_line(text: str, field: str, limit: int) -> str:
    tidy = text.strip()
    if not tidy.isprintable():
        raise Refused(
            f"The {field} of a newsletter contains a line break or another control character; "
            "remove it."
        )
    if len(tidy) > limit:
        raise Refused(f"The {field} of a newsletter is longer than {limit} characters.")
    return tidy


def _address(raw: str, field: str) -> str:
    # Stricter than a reader's: every relay must take it as an envelope sender.
    return ascii_address(addresses.normalise(raw), f"{field} address")


def _own_domain() -> str:
    host = urlsplit(settings.PUBLISHER_BASE_URL).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if "." in host else "publisher.localhost"
    return "publisher.localhost"


def _template(template: str) -> str:
    if not _TEMPLATE.fullmatch(template) or not rendering.folder(template).is_dir():
        raise Refused(f"There is no template {template[:80]!r}; it is a folder in templates/email.")
    if lacking := rendering.missing(template):
        raise Refused(f"The template {template!r} has no {lacking}; write one.")
    return template


def _zone(zone: str) -> str:
    if zone not in available_timezones():
        raise Refused(f"{zone[:80]!r} is not a time zone; write one such as Europe/Amsterdam.")
    return zone


def _language(language: str) -> str:
    if not _LANGUAGE.fullmatch(language):
        raise Refused(f"{language[:80]!r} is not a language; write a tag such as en or pt-BR.")
    return language
