"""An article from somebody's web page: fetched under guard, freed of everything around it."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from publisher.articles.manuscripts import (
    TITLE_CHARACTERS,
    Manuscript,
    is_language,
    tidy,
    tidy_url,
)
from publisher.articles.sanitising import clean, plain, words
from publisher.errors import Refused
from publisher.fetching import GUARD, Fetched, Guard, fetch

_ACCEPT = "text/html, application/xhtml+xml;q=0.9"
_TYPES = ("text/html", "application/xhtml+xml")
_NOTHING = "There is no article at {}; write it into a file and add that."
_STANDFIRST_CHARACTERS = 2000
_NAME_CHARACTERS = 100
# Fewer are a teaser, a cookie notice or an error page.
_WORDS_AT_LEAST = 20
# The HTML Standard looks for a page's own word on its encoding in as much of it.
_PRESCAN_OCTETS = 1024
_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_FIRST_HEADING = re.compile(r"\s*<h[12]>(.*?)</h[12]>", re.DOTALL)


def read(url: str, *, guard: Guard = GUARD) -> Manuscript:
    """Return the article on a page; raises Refused where it cannot be fetched or has none."""
    fetched = fetch(url, accept=_ACCEPT, guard=guard)
    if fetched.status != 200:
        raise Refused(f"{fetched.host} answered {fetched.status}; is the address right?")
    if fetched.content_type not in _TYPES:
        kind = fetched.content_type or "something without a type"
        raise Refused(f"{fetched.host} answered with {kind}, which is not a page with an article.")
    page = _decoded(fetched)
    body = _body(page, fetched.url)
    if words(body) < _WORDS_AT_LEAST:
        raise Refused(_NOTHING.format(fetched.url[:200]))
    return _manuscript(_trafilatura().load_html(page), body, fetched)


def _manuscript(tree: Any, body: str, fetched: Fetched) -> Manuscript:
    # The tree is read before trafilatura takes it apart.
    language, alt, published = tree.get("lang", ""), _meta(tree, "og:image:alt"), _published(tree)
    canonical = next(iter(tree.xpath("//link[@rel='canonical']/@href")), "")
    found = _trafilatura().extract_metadata(tree, default_url=fetched.url)
    title = tidy(found.title or "", TITLE_CHARACTERS)
    if not title:
        raise Refused(_NOTHING.format(fetched.url[:200]))
    return Manuscript(
        title=title,
        standfirst=tidy(found.description or "", _STANDFIRST_CHARACTERS),
        body=_without_title(body, title),
        tags=_names(found.tags or []),
        authors=_names((found.author or "").split(";")),
        image=_absolute(fetched.url, found.image or ""),
        image_alt=tidy(alt, _STANDFIRST_CHARACTERS),
        source=tidy(found.sitename or fetched.host, TITLE_CHARACTERS),
        canonical_url=_absolute(fetched.url, canonical) or tidy_url(fetched.url),
        language=language if is_language(language) else "en",
        # trafilatura knows the day only; most pages tell the hour too.
        published_at=published or _moment(found.date or ""),
    )


def _trafilatura() -> Any:
    # Loaded with the first page: only who takes an article from the web needs it.
    import trafilatura

    return trafilatura


def _decoded(fetched: Fetched) -> str:
    named = _META_CHARSET.search(fetched.body[:_PRESCAN_OCTETS])
    charset = fetched.charset or (named[1].decode() if named else "")
    try:
        return fetched.body.decode(charset or "utf-8", "replace" if charset else "strict")
    except (LookupError, UnicodeDecodeError):
        # Undeclared and not UTF-8: as browsers do in most of the West.
        return fetched.body.decode("cp1252", "replace")


def _body(page: str, url: str) -> str:
    markup = _trafilatura().extract(
        page,
        url=url,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_images=True,
        include_links=True,
    )
    return clean(markup or "")


def _without_title(body: str, title: str) -> str:
    heading = _FIRST_HEADING.match(body)
    is_title = heading and tidy(plain(heading[1]), TITLE_CHARACTERS) == title
    return body[heading.end() :].lstrip() if heading and is_title else body


def _names(raw: list[str]) -> tuple[str, ...]:
    tidied = (tidy(name, _NAME_CHARACTERS) for name in raw)
    return tuple(dict.fromkeys(name for name in tidied if name))


def _absolute(base: str, url: str) -> str:
    try:
        return tidy_url(urljoin(base, url)) if url else ""
    except ValueError:
        return ""


def _published(tree: Any) -> datetime | None:
    return _moment(_meta(tree, "article:published_time"))


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _meta(tree: Any, name: str) -> str:
    found = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return str(found[0]) if found else ""
