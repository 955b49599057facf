"""Pictures for tests, drawn from numbers."""

import io
import random
from functools import cache

from PIL import Image


def drawn(
    size: tuple[int, int] = (1200, 675), kind: str = "JPEG", mode: str = "RGB", **options: object
) -> bytes:
    """Return a picture of one colour."""
    file = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(file, kind, **options)
    return file.getvalue()


@cache
def noise(size: tuple[int, int], kind: str = "JPEG", **options: object) -> bytes:
    """Return a picture that no compression makes small."""
    file, dice = io.BytesIO(), random.Random(1)  # noqa: S311 - noise is no secret
    Image.frombytes("RGB", size, dice.randbytes(size[0] * size[1] * 3)).save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return the picture behind `content`."""
    return Image.open(io.BytesIO(content))
