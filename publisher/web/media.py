"""The images that the newsroom keeps itself."""

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

# The names that the rooms of articles and posts make: a hash of what is in the file, and one of
# their suffixes. Nothing else is looked for, so no path leads anywhere.
_NAMES = {
    "articles": re.compile(r"[0-9a-f]{16}\.(gif|jpg|png|svg|webp)", re.ASCII),
    "posts": re.compile(r"[0-9a-f]{32}\.(jpg|png)", re.ASCII),
}
_TYPES = {"jpg": "image/jpeg", "svg": "image/svg+xml"}


@require_safe
def image(request: HttpRequest, room: str, name: str) -> FileResponse:
    """Answer with one image of a room, which never changes under its name."""
    del request
    known = _NAMES[room].fullmatch(name)
    path = Path(settings.MEDIA_ROOT, room, name)
    if not known or not path.is_file():
        raise Http404(name)
    # An SVG that is opened by itself is a page; the sandbox keeps its scripts from running.
    return FileResponse(
        path.open("rb"),
        content_type=_TYPES.get(known[1], f"image/{known[1]}"),
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        },
    )
