"""The page for people: what the stand-in has taken, thread by thread, newest first."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import regex

from publisher.sandbox.x.answers import Answer, problem
from publisher.sandbox.x.media import Media
from publisher.sandbox.x.pages import page as made
from publisher.sandbox.x.posts import Attached, Post
from publisher.social.text import links

MOST_SHOWN = 200
REFRESH_SECONDS = "5"
MEDIA_PATH = "/_media/"

# X links no bare host names, but here the demo's own pages shall open with a click.
_LOCAL_URL = regex.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/[^\s<>\"]*)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, with where it leads (empty: nowhere)."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What stands below a post for a link in it: nobody asks the page behind for a title."""

    href: str
    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as the page shows it."""

    id: str
    account: str
    received_at: datetime
    deleted_at: datetime | None
    pieces: tuple[Piece, ...]
    cards: tuple[Card, ...]
    media: tuple[Attached, ...]
    is_reply: bool


def page(posts: Sequence[Post], *, root: str) -> Answer:
    """Return the timeline of `posts`, which are newest first; `root` is where the stand-in is."""
    threads = list(_threads(posts[:MOST_SHOWN]))
    answer = made(200, "timeline.html", threads=threads, total=len(posts), media=root + MEDIA_PATH)
    return answer.with_headers(("Refresh", REFRESH_SECONDS))


def medium(path: str, posts: Sequence[Post], media: Media) -> Answer:
    """Return a picture or video that a post has, by its path."""
    wanted = path.removeprefix(MEDIA_PATH)
    posted = {each.id: each.media_type for post in posts for each in post.media}
    content = media.content(wanted) if wanted in posted else None
    if content is None:
        return problem(404, "Not Found", f"No post has the media [{wanted}].")
    # Somebody else's bytes: never more than what they were said to be.
    return Answer(200, content, posted[wanted]).with_headers(
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("X-Content-Type-Options", "nosniff"),
    )


def _threads(posts: Sequence[Post]) -> Iterator[tuple[Entry, ...]]:
    """Give every thread, the one that was begun last first, and its posts in their order."""
    shown = {post.id for post in posts}
    answers: Mapping[str, list[Post]] = defaultdict(list)
    for post in reversed(posts):
        answers[post.in_reply_to].append(post)
    for post in posts:
        if post.in_reply_to not in shown:
            yield tuple(_entry(each) for each in _unrolled(post, answers))


def _unrolled(first: Post, answers: Mapping[str, list[Post]]) -> Iterator[Post]:
    waiting = [first]
    while waiting:
        post = waiting.pop()
        yield post
        waiting += reversed(answers[post.id])


def _entry(post: Post) -> Entry:
    pieces = tuple(piece for piece in _pieces(post.text) if piece.text)
    hrefs = dict.fromkeys(piece.href for piece in pieces if piece.href)
    return Entry(
        id=post.id,
        account=post.account,
        received_at=post.received_at,
        deleted_at=post.deleted_at,
        pieces=pieces,
        # X shows no card where there are pictures.
        cards=() if post.media else tuple(map(_card, hrefs)),
        media=post.media,
        is_reply=post.in_reply_to != "",
    )


def _card(href: str) -> Card:
    parts = urlsplit(href)
    query = f"?{parts.query}" if parts.query else ""
    return Card(href, parts.netloc, (parts.path or "/") + query)


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
