"""Where pictures and videos are kept, below MEDIA_ROOT, by what is in them."""

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_PIECE_OCTETS = 1_000_000


def keep(room: str, suffix: str, content: BinaryIO, *, digits: int) -> str:
    """Keep `content` in a room and return its path there: so many digits of its hash, and `suffix`.

    What is kept already is kept once.
    """
    folder = Path(settings.MEDIA_ROOT) / room
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        written = Path(aside) / "content"
        with written.open("wb") as file:
            while piece := content.read(_PIECE_OCTETS):
                digest.update(piece)
                file.write(piece)
        name = f"{digest.hexdigest()[:digits]}.{suffix}"
        if not (folder / name).exists():
            written.chmod(0o644)
            # Renamed into place, so that nobody is ever sent half of it.
            written.rename(folder / name)
    return f"{room}/{name}"
