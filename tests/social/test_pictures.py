"""Pictures fit each network, keep what they show, and lose what a camera wrote into them."""

import io
import struct
import zlib

import pytest
from PIL import Image

from publisher.errors import Refused
from publisher.social.pictures import FRAMES, MOST_PIXELS, Frame, fit
from tests.social.images import drawn, noise, opened


@pytest.mark.parametrize("network", sorted(FRAMES))
def test_a_large_picture_fits_every_network(network: str) -> None:
    frame = FRAMES[network]
    picture = fit(noise((2600, 1400), quality=95), frame)
    assert len(picture.content) <= frame.most_octets
    assert max(picture.width, picture.height) <= frame.longest_side
    assert opened(picture.content).size == (picture.width, picture.height)


def test_what_fits_keeps_its_size() -> None:
    picture = fit(drawn((1200, 675)), FRAMES["x"])
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 1200, 675)


@pytest.mark.parametrize(("size", "shape"), [((3000, 100), 20), ((100, 3000), 0.05)])
def test_a_panorama_is_cut_to_what_the_network_shows(size: tuple[int, int], shape: float) -> None:
    picture = fit(drawn(size), FRAMES["telegram"])
    assert picture.width / picture.height == pytest.approx(shape, rel=0.02)


def test_where_it_was_taken_does_not_leave_the_house() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "Ada's kitchen", {1: "N", 2: (52.0, 22.0, 12.0)}
    picture = opened(fit(drawn(exif=exif), FRAMES["x"]).content)
    assert not picture.getexif()
    assert "exif" not in picture.info


def test_a_picture_that_was_taken_upright_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned by a quarter.
    picture = fit(drawn((400, 300), exif=exif), FRAMES["x"])
    assert (picture.width, picture.height) == (300, 400)


def test_a_small_drawing_stays_a_png_with_what_is_transparent() -> None:
    picture = fit(drawn((300, 300), "PNG", "RGBA"), FRAMES["x"])
    assert (picture.media_type, opened(picture.content).mode) == ("image/png", "RGBA")


def test_a_large_png_becomes_a_jpeg_on_white() -> None:
    clear = opened(noise((900, 900), "PNG"))
    clear.putalpha(0)
    picture = fit(_png(clear), Frame(50_000, 900))
    assert (picture.media_type, opened(picture.content).getpixel((5, 5))) == (
        "image/jpeg",
        (255, 255, 255),
    )


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "HSV"]
)
def test_every_kind_of_colour_is_taken(mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    content = drawn((300, 300), kind, "RGB" if mode == "HSV" else mode)
    assert fit(content, FRAMES["bluesky"]).width == 300


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", drawn()[:400]]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="is no picture that networks take"):
        fit(content, FRAMES["x"])


def test_a_few_octets_that_unfold_to_gigabytes_are_refused() -> None:
    side = 50_000
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    with pytest.raises(Refused):
        fit(b"\x89PNG\r\n\x1a\n" + chunk, FRAMES["x"])


def test_too_many_pixels_are_refused_before_they_are_unfolded() -> None:
    with pytest.raises(Refused, match=f"more than {MOST_PIXELS:,} pixels"):
        fit(drawn((6000, 5000), "PNG", "1"), FRAMES["x"])


def test_what_cannot_be_made_small_enough_is_refused() -> None:
    with pytest.raises(Refused, match="smaller than 1,000 octets"):
        fit(noise((400, 400)), Frame(1_000, 400))


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
