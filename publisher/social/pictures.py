"""Pictures as each network takes them: small enough, of a shape it shows, and with nothing hidden.

What a camera writes into a picture, the place among it, does not leave the house.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from publisher.errors import Refused

# More than this unfolds to over 100 MB.
MOST_PIXELS = 25_000_000
_MIME = {"JPEG": "image/jpeg", "PNG": "image/png"}
# Below the first nobody sees a difference, below the last everybody does.
_QUALITIES = (90, 82, 74, 66)
_SHRINK = 0.8
_SMALLEST_SIDE = 200


@dataclass(frozen=True, slots=True)
class Frame:
    """What a network takes: octets, the longer side in pixels, and width by height at the most.

    A picture that is wider than `widest` or higher than `highest` (each width / height) is cut at
    its edges, the same on both sides.
    """

    most_octets: int
    longest_side: int
    most: int = 4
    alt_characters: int = 1_000
    widest: float = 100
    highest: float = 0.01


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that fits: JPEG, or PNG where it was one and stays small; pixels, not points."""

    content: bytes
    media_type: str
    width: int
    height: int


FRAMES: dict[str, Frame] = {
    # https://docs.x.com/x-api/media/quickstart/best-practices: 5 MB; 4,096 pixels are shown.
    "x": Frame(5_000_000, 4_096),
    # The lexicon app.bsky.embed.images; its app shows 2,000 pixels.
    "bluesky": Frame(1_000_000, 2_000, alt_characters=2_000),
    # Mastodon's MediaAttachment: 16 MB, and it makes 8.3 megapixels of all; alt of 1,500.
    "mastodon": Frame(16_000_000, 3_840, alt_characters=1_500),
    # https://core.telegram.org/bots/api#sendphoto: 10 MB, sides of 10,000 in all, at most 1:20.
    "telegram": Frame(10_000_000, 2_560, most=10, widest=20, highest=0.05),
    # https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api
    "linkedin": Frame(5_000_000, 4_096, most=20, alt_characters=4_086),
    # https://developers.facebook.com/docs/graph-api/reference/page/photos: 4 MB are advised.
    "facebook": Frame(4_000_000, 2_048, most=10),
    # https://developers.facebook.com/docs/threads/posts: 8 MB, 1,440 wide, at most 10:1.
    "threads": Frame(8_000_000, 1_440, most=10, widest=10, highest=0.1),
    "webhook": Frame(5_000_000, 4_096, most=10),
}


def fit(content: bytes, frame: Frame, *, name: str = "the picture") -> Picture:
    """Return a picture as a network takes it; raises Refused for what is none, or is too much."""
    image = _opened(content, name)
    image = _cut(ImageOps.exif_transpose(image), frame)
    image.thumbnail((frame.longest_side, frame.longest_side), Image.Resampling.LANCZOS)
    for attempt in _attempts(image):
        if len(attempt.content) <= frame.most_octets:
            return attempt
    raise Refused(
        f"{name} cannot be made smaller than {frame.most_octets:,} octets; take another one."
    )


def _opened(content: bytes, name: str) -> Image.Image:
    try:
        # A picture of a few octets that unfolds to gigabytes is refused by its head.
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF"))
        if image.width * image.height > MOST_PIXELS:
            raise Refused(f"{name} has more than {MOST_PIXELS:,} pixels; make it smaller.")
        image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombWarning) as error:
        raise Refused(
            f"{name} is no picture that networks take; save it as a JPEG or PNG."
        ) from error
    return image


def _cut(image: Image.Image, frame: Frame) -> Image.Image:
    width, height = image.size
    shape = min(max(width / height, frame.highest), frame.widest)
    size = (min(width, round(height * shape)), min(height, round(width / shape)))
    return image if size == image.size else ImageOps.fit(image, size)


def _attempts(image: Image.Image) -> Iterator[Picture]:
    """Yield the picture smaller and smaller: as it is, with less quality, with fewer pixels."""
    if image.format == "PNG" or _is_transparent(image):
        yield _saved(_plain(image, "RGBA"), "PNG", optimize=True)
    image = _on_white(image)
    while True:
        for quality in _QUALITIES:
            yield _saved(image, "JPEG", quality=quality, progressive=True, optimize=True)
        size = (round(image.width * _SHRINK), round(image.height * _SHRINK))
        if min(size) < _SMALLEST_SIDE:
            return
        image = image.resize(size, Image.Resampling.LANCZOS)


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _plain(image: Image.Image, mode: str) -> Image.Image:
    """Return the pixels alone, without what was written beside them."""
    converted = image.convert(mode)
    converted.info.clear()
    return converted


def _on_white(image: Image.Image) -> Image.Image:
    if not _is_transparent(image):
        return _plain(image, "RGB")
    coloured = _plain(image, "RGBA")
    white = Image.new("RGB", coloured.size, "white")
    white.paste(coloured, mask=coloured.getchannel("A"))
    return white


def _saved(image: Image.Image, kind: str, **options: object) -> Picture:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return Picture(file.getvalue(), _MIME[kind], image.width, image.height)
