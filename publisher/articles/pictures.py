"""Pictures that articles bring along: checked by their contents and kept below MEDIA_ROOT."""

import io
import struct
from pathlib import Path
from xml.parsers import expat

from django.conf import settings

from publisher.articles import shelf
from publisher.errors import Refused

_OCTETS = 5_000_000
# More than this unfolds to over 100 MB in a reader's browser.
_PIXELS = 25_000_000
_SUFFIXES = {
    ".png": "png",
    ".jpg": "jpg",
    ".jpeg": "jpg",
    ".gif": "gif",
    ".webp": "webp",
    ".svg": "svg",
}
_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
# What runs, or changes a link after it was checked.
_LIVELY = {"script", "foreignobject", "handler", "listener", "iframe", "set", "animate"}
_EMBEDDED = ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


def keep(name: str, folder: Path) -> str:
    """Copy the picture `name` from `folder`, or from one below it, and return its path on our site.

    The same picture is kept once. Raises Refused for anything that is not a picture or not there.
    """
    path = _inside(name, folder)
    suffix = _SUFFIXES.get(path.suffix.lower())
    if suffix is None:
        raise Refused(f"{name!r} is not a .png, .jpg, .gif, .webp or .svg file.")
    content = _read(path, name)
    _check_contents(content, suffix, name)
    kept = shelf.keep("articles", suffix, io.BytesIO(content), digits=16)
    return f"{settings.MEDIA_URL}{kept}"


def _inside(name: str, folder: Path) -> Path:
    home = folder.resolve()
    try:
        # Resolved, because a symbolic link leads out as well as ".." does.
        path = (home / name).resolve()
    except (ValueError, OSError, RuntimeError) as error:
        raise Refused(f"{name[:100]!r} is not the name of a file.") from error
    if not path.is_relative_to(home):
        raise Refused(f"{name!r} leads out of the article's folder; put the picture next to it.")
    return path


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_OCTETS + 1)
    except OSError as error:
        raise Refused(f"{name!r} cannot be read: {error.strerror}.") from error
    if len(content) > _OCTETS:
        raise Refused(f"{name!r} is larger than {_OCTETS:,} octets; make it smaller.")
    return content


def _check_contents(content: bytes, suffix: str, name: str) -> None:
    if suffix == "svg":
        _check_svg(content, name)
        return
    size = _SIZES[suffix](content)
    if size is None:
        raise Refused(f"{name!r} is not what its name says; export it again.")
    width, height = size
    if width * height > _PIXELS:
        raise Refused(f"{name!r} is {width} by {height} pixels; {_PIXELS:,} in all is the most.")


def _check_svg(content: bytes, name: str) -> None:
    refusal = Refused(f"{name!r} has a script or a link in it; export it as a plain SVG.")
    depth = 0

    def element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        space, _, local = tag.rpartition(" ")
        is_root_wrong = depth == 0 and (space, local) != (_SVG, "svg")
        depth += 1
        if is_root_wrong or space == _XHTML or local.lower() in _LIVELY:
            raise refusal
        for attribute, value in attributes.items():
            key = attribute.rpartition(" ")[2].lower()
            is_link = key in ("href", "src") and not value.strip().startswith(_EMBEDDED)
            if key.startswith("on") or is_link:
                raise refusal

    def anything(*_: object) -> None:
        raise refusal

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = element
    parser.EntityDeclHandler = parser.ProcessingInstructionHandler = anything
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise Refused(f"{name!r} is called an SVG and is none: {error}.") from error


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    return _two(">II", content, 16)


def _gif(content: bytes) -> tuple[int, int] | None:
    return _two("<HH", content, 6) if content.startswith((b"GIF87a", b"GIF89a")) else None


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    if content[12:16] == b"VP8X":
        width, height = content[24:27], content[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    size = _two("<HH", content, 26)
    return size and (size[0] & 0x3FFF, size[1] & 0x3FFF)


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8"):
        return None
    at = 2
    while header := _two(">HH", content, at):
        marker, octets = header
        # ITU T.81 table B.1: the frame headers, without DHT, JPG and DAC among them.
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            size = _two(">HH", content, at + 5)
            return size and (size[1], size[0])
        if marker < 0xFF01 or octets < 2:
            return None
        at += 2 + octets
    return None


def _two(layout: str, content: bytes, at: int) -> tuple[int, int] | None:
    try:
        first, second = struct.unpack_from(layout, content, at)
    except struct.error:
        return None
    return first, second


_SIZES = {"png": _png, "gif": _gif, "webp": _webp, "jpg": _jpeg}
