"""What an article is before it is one: the shape that files, pages and feeds all produce."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from publisher.errors import Refused

TITLE_CHARACTERS = 300
_LINE_CHARACTERS = {
    "title": TITLE_CHARACTERS,
    "standfirst": 2000,
    "section": 100,
    "tags": 100,
    "authors": 200,
    "image_alt": 2000,
    "image_credit": 300,
    "source": 300,
    "quote": 1000,
    "question": 300,
    "numbers": 500,
    "key_points": 500,
}
_URL_CHARACTERS = 2000
# RFC 5646 sections 2.1 and 4.4.1, as far as the shape goes.
_LANGUAGE_CHARACTERS = 35
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# Controls, line and paragraph separators, halves of characters: no header, no row and no page can
# hold them. Joiners and no-break spaces are letters of somebody's language and stay.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACES = re.compile("[^\\S\u00a0\u202f]+")
_OUR_OWN = ("/media/", "/static/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """An article on its way in, checked; raises Refused, naming the key, for what cannot be one.

    `body` is what `sanitising.clean` returned. `slug` is what the article would like to be called,
    "" to be called after its title; a manuscript without one is known again by `canonical_url`.
    `quote`, `question`, `numbers` and `key_points` are for posts, and looked for in the body where
    they are empty. None for `is_evergreen` leaves an article as evergreen as it is.
    """

    title: str
    standfirst: str = ""
    body: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    image: str = ""
    image_alt: str = ""
    image_credit: str = ""
    video: str = ""
    source: str = ""
    canonical_url: str = ""
    language: str = "en"
    quote: str = ""
    question: str = ""
    numbers: str = ""
    key_points: tuple[str, ...] = ()
    is_evergreen: bool | None = None
    evergreen_until: datetime | None = None
    published_at: datetime | None = None
    embargo_until: datetime | None = None
    slug: str = ""

    def __post_init__(self) -> None:
        if not self.title:
            raise Refused("title is missing; an article needs one.")
        for key, characters in _LINE_CHARACTERS.items():
            value = getattr(self, key)
            for line in value if isinstance(value, tuple) else (value,):
                _check_line(key, line, characters)
        for key in ("image", "video", "canonical_url"):
            _check_url(key, getattr(self, key))
        if not is_language(self.language):
            raise Refused(f"language is {self.language[:50]!r}, but must be like 'en' or 'pt-BR'.")
        for key in ("published_at", "embargo_until", "evergreen_until"):
            moment = getattr(self, key)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{key} has no time zone")


def tidy(raw: str, characters: int) -> str:
    """Return what somebody else's machine wrote as one line of at most so many characters."""
    line = _SPACES.sub(" ", _CONTROL.sub(" ", raw)).strip()
    if len(line) <= characters:
        return line
    cut = line[: characters - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.-") + "…"


def tidy_url(raw: str) -> str:
    """Return an http or https address without its fragment and campaign tags, "" if it is none."""
    if not is_web(raw.strip()):
        return ""
    parts = urlsplit(raw.strip())
    query = "&".join(pair for pair in parts.query.split("&") if not pair.lower().startswith("utm_"))
    return urlunsplit(parts._replace(query=query, fragment=""))


def is_web(url: str) -> bool:
    """Return whether this is an absolute http or https URL that a column and a header can hold."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(is_whole) and url.isprintable() and " " not in url and len(url) <= _URL_CHARACTERS


def is_language(tag: str) -> bool:
    """Return whether this has the shape of a BCP 47 tag: `en`, `pt-BR`, `zh-Hant-TW`."""
    return len(tag) <= _LANGUAGE_CHARACTERS and bool(_LANGUAGE.fullmatch(tag))


def _check_line(key: str, line: str, characters: int) -> None:
    if _CONTROL.search(line):
        raise Refused(f"{key} has a line break or a control character in it; write it on one line.")
    if len(line) > characters:
        raise Refused(f"{key} is {len(line)} characters long; {characters} is the most.")


def _check_url(key: str, url: str) -> None:
    is_ours = key == "image" and url.startswith(_OUR_OWN)
    if url and not (is_web(url) or (is_ours and url.isprintable())):
        raise Refused(f"{key} is {url[:100]!r}, but must start with http:// or https://.")
