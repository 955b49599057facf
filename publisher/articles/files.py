"""Articles from files: YAML front matter between two lines of ---, then Markdown or HTML."""

import difflib
import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import yaml
from markdown_it import MarkdownIt

from publisher.articles import pictures
from publisher.articles.manuscripts import Manuscript
from publisher.articles.sanitising import clean
from publisher.errors import Refused

_OCTETS = 5_000_000
_LISTS = ("tags", "authors", "key_points")
_MOMENTS = ("published_at", "embargo_until")
_LINES = (
    *("title", "standfirst", "section", "image", "image_alt", "image_credit"),
    *("video", "source", "canonical_url", "language", "quote", "question", "numbers"),
)
# Often folded over several lines.
_FOLDED = ("standfirst", "image_alt", "quote", "question", "numbers", "key_points")
_EVERGREEN = "evergreen"
_KEYS = (*_LINES, *_LISTS, *_MOMENTS, _EVERGREEN)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_PICTURE = re.compile(r"(<img\b[^>]*?\ssrc\s*=\s*[\"'])([^\"'>]+)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"/media/|/static/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article's text came from: what it is called, and where its pictures lie.

    `folder` is None for a text that lies nowhere, such as one from a pipe. `zone` is meant where
    a date names none.
    """

    name: str
    zone: ZoneInfo
    folder: Path | None = None


def read(path: Path, *, zone: ZoneInfo) -> Manuscript:
    """Return the article in a file; its stem is the slug. Raises Refused, naming file and key.

    Pictures that it names by a relative path are copied to where the site serves them.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_OCTETS + 1)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    return parse(content, Origin(path.name, zone, path.parent), slug=path.stem)


def parse(content: bytes, origin: Origin, *, slug: str = "") -> Manuscript:
    """Return the article in the contents of a file; raises Refused, naming file and key."""
    try:
        front, body = _split(_text(content))
        keys = _values(_mapping(front), origin)
        markup = body if origin.name.lower().endswith((".html", ".htm")) else _markdown.render(body)
        if image := keys.get("image"):
            keys["image"] = _brought(image, origin)
        return Manuscript(body=clean(_with_pictures(markup, origin)), slug=slug, **keys)
    except Refused as refusal:
        raise Refused(f"{origin.name}: {refusal}") from refusal.__cause__


def _text(content: bytes) -> str:
    if len(content) > _OCTETS:
        raise Refused(f"it is larger than {_OCTETS:,} octets, which no article is.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(f"it is not UTF-8: see line {line}; save it as UTF-8.") from error
    if not text.strip():
        raise Refused("it is empty; an article has front matter with a title, and a body.")
    return text


def _split(text: str) -> tuple[str, str]:
    if found := _FRONT_MATTER.match(text):
        return found[1], text[found.end() :]
    if re.match(r"---[ \t]*\r?\n", text):
        raise Refused("its front matter does not end; close it with a line of ---.")
    raise Refused("it has no front matter; begin with a line of ---, 'title: …' and another ---.")


class _Words(yaml.SafeLoader):
    """YAML in which every plain scalar is text but null.

    Otherwise `language: no` is False, `title: 1984` a number and `title: 12:30` one too.
    """


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith(":null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(front: str) -> dict[object, object]:
    try:
        loader = _Words(front)
        found = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        # The first line of the file is the --- above the front matter.
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise Refused(
            f"its front matter is broken{line}: {error.problem}; a value with ': ' or '#' in it"
            " needs quotes."
        ) from error
    except yaml.YAMLError as error:
        raise Refused("its front matter has a control character in it; remove it.") from error
    except RecursionError as error:
        raise Refused("its front matter is nested too deeply.") from error
    if not isinstance(found, dict):
        raise Refused("its front matter must be lines of 'key: value', with a title among them.")
    return found


def _values(mapping: dict[object, object], origin: Origin) -> dict[str, Any]:
    for key in mapping:
        if key not in _KEYS:
            raise Refused(_unknown(str(key)[:50]))
    given = {str(key): value for key, value in mapping.items() if value not in (None, "")}
    values: dict[str, Any] = {"title": ""}
    for key, value in given.items():
        if key in _LISTS:
            values[key] = _list(key, value)
        elif key in _MOMENTS:
            values[key] = _moment(key, _line(key, value), origin.zone)
        elif key == _EVERGREEN:
            values |= _evergreen(_line(key, value), origin.zone)
        else:
            values[key] = _line(key, value)
    return values


def _unknown(key: str) -> str:
    close = difflib.get_close_matches(key.lower(), _KEYS, n=1)
    return f"{key!r} is not a key of an article; " + (
        f"did you mean {close[0]!r}?" if close else f"there are {', '.join(_KEYS)}."
    )


def _line(key: str, value: object) -> str:
    # Never shown: what is no text may be a list of lists of lists.
    if not isinstance(value, str):
        raise Refused(f"{key} must be text on one line.")
    spaces = r"\s+" if key in _FOLDED else r"[ \t]+"
    return re.sub(spaces, " ", value.strip())


def _list(key: str, value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) and item.strip() for item in items):
        raise Refused(f"{key} must be one text or a list of texts, such as [one, two].")
    return tuple(_line(key, item) for item in items)


def _moment(key: str, value: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(
            f"{key} is {value[:50]!r}, but must be a date such as 2026-11-22 or"
            " 2026-11-22T09:00+01:00."
        ) from error


def _evergreen(value: str, zone: ZoneInfo) -> dict[str, Any]:
    """Return the two columns that `true`, `false` or a last day stands for."""
    if value.lower() in ("true", "false"):
        return {"is_evergreen": value.lower() == "true"}
    try:
        return {"is_evergreen": True, "evergreen_until": _moment(_EVERGREEN, value, zone)}
    except Refused as refusal:
        raise Refused(
            f"evergreen is {value[:50]!r}, but must be true, false or the date until which the"
            " article is shared again, such as 2027-05-01."
        ) from refusal.__cause__


def _with_pictures(markup: str, origin: Origin) -> str:
    # What this misses, the sanitising that follows takes out.
    return _PICTURE.sub(
        lambda found: found[1] + _brought(unquote(html.unescape(found[2])), origin), markup
    )


def _brought(picture: str, origin: Origin) -> str:
    if _ELSEWHERE.match(picture):
        return picture
    if origin.folder is None:
        raise Refused(f"the picture {picture!r} is a path, and there is no folder to look in.")
    return pictures.keep(picture, origin.folder)
