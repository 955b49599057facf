"""The images and videos that the newsroom keeps itself."""

import re
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

# The names that the rooms of articles and posts make: a hash of what is in the file, and one of
# their suffixes. Nothing else is looked for, so no path leads anywhere.
_NAMES = {
    "articles": re.compile(r"[0-9a-f]{16}\.(gif|jpg|png|svg|webp)", re.ASCII),
    "posts": re.compile(r"[0-9a-f]{32}\.(jpg|png|mp4)", re.ASCII),
}
_TYPES = {"jpg": "image/jpeg", "svg": "image/svg+xml", "mp4": "video/mp4"}
# One range from an octet on: what a player asks for, and all that is answered in part.
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{1,12})?")


@require_safe
def image(request: HttpRequest, room: str, name: str) -> FileResponse:
    """Answer with one image of a room, which never changes under its name."""
    known = _NAMES[room].fullmatch(name)
    path = Path(settings.MEDIA_ROOT, room, name)
    if not known or not path.is_file():
        raise Http404(name)
    # An SVG that is opened by itself is a page; the sandbox keeps its scripts from running.
    response = _file(path, request.headers.get("Range", ""))
    response["Content-Type"] = _TYPES.get(known[1], f"image/{known[1]}")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _file(path: Path, wanted: str) -> FileResponse:
    """Return a file, or the range of it that is wanted: without any, Safari plays no video.

    https://www.rfc-editor.org/rfc/rfc9110#section-14: whatever is no range that we know is none.
    """
    file, octets = path.open("rb"), path.stat().st_size
    found = _RANGE.fullmatch(wanted)
    start, last = (int(found[1]), min(int(found[2] or octets), octets - 1)) if found else (0, -1)
    if not found or start > last:
        return FileResponse(file, headers={"Accept-Ranges": "bytes"})
    file.seek(start)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Range": f"bytes {start}-{last}/{octets}",
        "Content-Length": str(last - start + 1),
    }
    return FileResponse(_Piece(file, last - start + 1), status=206, headers=headers)


class _Piece:
    """So many octets of a file, from where it stands."""

    def __init__(self, file: BinaryIO, octets: int) -> None:
        self._file, self._left = file, octets

    def read(self, octets: int) -> bytes:
        piece = self._file.read(min(octets, self._left))
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()
