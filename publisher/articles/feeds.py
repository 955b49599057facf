"""RSS and Atom: what is in a feed, and by what each of its items is known again."""

import html
import io
import re
from calendar import timegm
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import feedparser

from publisher.articles.manuscripts import (
    TITLE_CHARACTERS,
    Manuscript,
    is_language,
    tidy,
    tidy_url,
)
from publisher.articles.sanitising import clean, plain
from publisher.errors import Refused
from publisher.fetching import Fetched

ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
# Nobody reads more than the newest hundred at once; a feed that lists its archive is not imported.
_ITEMS = 100
_STANDFIRST_CHARACTERS = 300
_NAME_CHARACTERS = 100
_TAGS = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed.

    It is an old acquaintance if its feed has shown any of `keys` before, if any feed has shown
    `link_key` ("" if it has no page of its own), or if an article has one of the `pages` as its
    canonical URL.
    """

    manuscript: Manuscript
    keys: tuple[str, ...]
    link_key: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a feed is called and its newest items, the oldest of them first."""

    title: str
    items: tuple[Item, ...]


def parse(fetched: Fetched, *, now: datetime) -> Parsed:
    """Return what is in a feed; raises Refused where the answer is no RSS or Atom feed.

    An item without a date, or with one to come, is dated `now`.
    """
    # Bytes in a stream: feedparser opens a string that looks like an address or a path.
    found = feedparser.parse(
        io.BytesIO(fetched.body),
        response_headers=_headers(fetched),
        # Its own sanitiser is older and slower than ours, which every body goes through.
        sanitize_html=False,
    )
    if not found.get("version"):
        kind = fetched.content_type or "something without a type"
        raise Refused(f"{fetched.host} answered with {kind}, which is not an RSS or Atom feed.")
    title = tidy(_text(found.feed.get("title_detail")), TITLE_CHARACTERS)
    newest = sorted(found.entries, key=lambda entry: _date(entry, now), reverse=True)[:_ITEMS]
    items = (_item(entry, found.feed, now) for entry in reversed(newest))
    return Parsed(title, tuple(item for item in items if item))


def _headers(fetched: Fetched) -> dict[str, str]:
    charset = f"; charset={fetched.charset}" if fetched.charset else ""
    return {
        "content-type": f"{fetched.content_type or 'application/xml'}{charset}",
        "content-location": fetched.url,
    }


def _item(entry: Any, feed: Any, now: datetime) -> Item | None:
    summary = _markup(entry.get("summary_detail"))
    content = next((_markup(part) for part in entry.get("content", [])), "")
    body = content or summary
    text = plain(body)
    title = tidy(_text(entry.get("title_detail")), TITLE_CHARACTERS) or tidy(text, 80)
    if not title:
        return None
    link = tidy_url(entry.get("link", ""))
    detail = entry.get("title_detail") or {}
    language = detail.get("language") or feed.get("language") or ""
    try:
        manuscript = Manuscript(
            title=title,
            standfirst=tidy(plain(summary), _STANDFIRST_CHARACTERS) if content else "",
            body=body,
            tags=_tags(entry),
            authors=_authors(entry),
            image=_medium(entry, "image"),
            video=_medium(entry, "video"),
            source=tidy(_text(feed.get("title_detail")), TITLE_CHARACTERS),
            canonical_url=link,
            language=language if is_language(language) else "en",
            published_at=_date(entry, now),
        )
    except Refused:
        # One item that cannot be an article must not keep the others out.
        return None
    link_key = _key("link", page) if (page := _page(link)) else ""
    keys = (_key("guid", entry.get("id", "")), link_key, _words_key(title, text))
    return Item(manuscript, tuple(filter(None, keys)), link_key, _spellings(link))


def _page(link: str) -> str:
    """Return what is left of a link when its spelling is set aside; "" for a site's front page."""
    parts = urlsplit(link)
    path = parts.path.rstrip("/")
    # Some feeds link every item to the front page; that is nobody's address.
    if not (path or parts.query):
        return ""
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port not in (None, 80, 443) else "")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def _spellings(link: str) -> tuple[str, ...]:
    page = _page(link)
    if not page:
        return ()
    address, mark, query = page.partition("?")
    ends = (f"{mark}{query}", f"/{mark}{query}")
    return tuple(f"{scheme}://{address}{end}" for scheme in ("https", "http") for end in ends)


def _words_key(title: str, text: str) -> str:
    # A title alone is no identity: "Weather" is a new item every morning.
    return _key("words", " ".join(f"{title} {text}".casefold().split())) if text else ""


def _key(kind: str, value: str) -> str:
    return sha256(f"{kind}:{value}".encode()).hexdigest() if value else ""


def _date(entry: Any, now: datetime) -> datetime:
    # A plain dict: feedparser's own still answers for one of these with the other, and warns.
    dates = dict(entry)
    moment = dates.get("published_parsed") or dates.get("updated_parsed")
    try:
        return min(datetime.fromtimestamp(timegm(moment), UTC), now) if moment else now
    except (ValueError, OverflowError, OSError):
        return now


def _markup(detail: Any) -> str:
    """Return a feed's text construct as a body of ours."""
    if not detail or not detail.get("value"):
        return ""
    value = detail["value"]
    if detail.get("type") == "text/plain":
        paragraphs = re.split(r"\n\s*\n", html.escape(value))
        return clean("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))
    cleaned = clean(value)
    # RSS of one paragraph has no elements at all.
    return cleaned if not cleaned or cleaned.startswith("<") else clean(f"<p>{cleaned}</p>")


def _text(detail: Any) -> str:
    if not detail:
        return ""
    value: str = detail.get("value", "")
    return value if detail.get("type") == "text/plain" else plain(clean(value))


def _tags(entry: Any) -> tuple[str, ...]:
    terms = (tag.get("label") or tag.get("term") or "" for tag in entry.get("tags", []))
    return tuple(islice(_named(terms), _TAGS))


def _authors(entry: Any) -> tuple[str, ...]:
    return tuple(_named(_name(author) for author in entry.get("authors", [])))


def _name(author: Any) -> str:
    name: str = author.get("name", "")
    # feedparser cuts "ada@courier.example (Ada)" in two after four letters of the domain's end.
    return name.rpartition("(")[2] if "(" in name and ")" not in name else name


def _named(names: Iterable[str]) -> Iterable[str]:
    tidied = (tidy(html.unescape(name), _NAME_CHARACTERS) for name in names)
    return dict.fromkeys(name for name in tidied if name and "@" not in name)


def _medium(entry: Any, kind: str) -> str:
    """Return the address of the picture or video that an item names, "" if it names none."""
    thumbnails = entry.get("media_thumbnail", []) if kind == "image" else []
    media = [
        *(medium for medium in entry.get("media_content", []) if _is_a(medium, kind)),
        *(link for link in entry.get("links", []) if _is_enclosed(link, kind)),
        *thumbnails,
    ]
    addresses = (tidy_url(medium.get("url") or medium.get("href") or "") for medium in media)
    return next(filter(None, addresses), "")


def _is_a(medium: Any, kind: str) -> bool:
    return bool(medium.get("medium") == kind or medium.get("type", "").startswith(f"{kind}/"))


def _is_enclosed(link: Any, kind: str) -> bool:
    return link.get("rel") == "enclosure" and _is_a(link, kind)
