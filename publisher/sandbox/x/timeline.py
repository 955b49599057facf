"""The page for people: what the stand-in has taken, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import regex
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from publisher.sandbox.x.answers import Answer
from publisher.sandbox.x.posts import Post
from publisher.social.text import links

MOST_SHOWN = 200
REFRESH_SECONDS = "5"
# Nothing from elsewhere and no script, whatever is posted.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)

_TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
# X links no bare host names, but here the demo's own pages shall open with a click.
_LOCAL_URL = regex.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/[^\s<>\"]*)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, with where it leads (empty: nowhere)."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as the page shows it."""

    id: str
    account: str
    received_at: datetime
    pieces: tuple[Piece, ...]


def page(posts: Sequence[Post]) -> Answer:
    """Return the timeline of `posts`, which are newest first."""
    entries = [
        Entry(post.id, post.account, post.received_at, tuple(_pieces(post.text)))
        for post in posts[:MOST_SHOWN]
    ]
    html = (
        _environment().get_template("sandbox/timeline.html").render(posts=entries, total=len(posts))
    )
    return Answer(200, html.encode(), "text/html; charset=utf-8").with_headers(
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("Refresh", REFRESH_SECONDS),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _pieces(text: str) -> Iterator[Piece]:
    spans = links(text) + [match.span() for match in _LOCAL_URL.finditer(text)]
    done = 0
    for start, end in sorted(spans):
        if start < done:
            continue
        yield Piece(text[done:start])
        link = text[start:end]
        yield Piece(link, link if "://" in link else f"https://{link}")
        done = end
    yield Piece(text[done:])
