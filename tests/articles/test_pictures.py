"""Pictures come along with an article if they are pictures, and from its own folder only."""

import struct
import zlib
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.articles import files, pictures
from publisher.articles.manuscripts import Manuscript
from publisher.errors import Refused


def png(width: int, height: int) -> bytes:
    """Return as much of a PNG as says how large it is."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
    )


def svg(inside: str = "", attributes: str = "") -> bytes:
    """Return an SVG."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


JPEG = bytes.fromhex("ffd8 ffe0 0004 0000 ffc0 000b 08 0064 00c8 01 0000")
VP8 = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 200, 100)
VP8L = b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + struct.pack("<I", 199 | 99 << 14)
VP8X = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + (199).to_bytes(3, "little") + (99).to_bytes(3, "little")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    (folder / "images").mkdir(parents=True)
    return folder


def article(desk: Path, image: str = "", body: str = "") -> Manuscript:
    path = desk / "ferry.md"
    path.write_text(f"---\ntitle: The ferry\nimage: '{image}'\n---\n{body}")
    return files.read(path, zone=ZoneInfo("UTC"))


def test_an_articles_picture_is_kept_by_its_contents(desk: Path, home: Path) -> None:
    content = png(200, 100)
    (desk / "images" / "gull.PNG").write_bytes(content)
    kept = article(desk, "images/gull.PNG").image
    assert kept == f"/media/articles/{sha256(content).hexdigest()[:16]}.png"
    assert (home / kept.lstrip("/")).read_bytes() == content
    assert article(desk, "./images/../images/gull.PNG").image == kept, "the same is kept once"
    assert len(list((home / "media" / "articles").iterdir())) == 1


def test_pictures_in_the_body_come_along(desk: Path) -> None:
    (desk / "images" / "a gull.png").write_bytes(png(1, 1))
    body = article(
        desk, body="![A gull](<images/a gull.png>)\n\n![b](https://a.example/b.png)"
    ).body
    assert '<img src="/media/articles/' in body
    assert '<img src="https://a.example/b.png" alt="b">' in body
    with pytest.raises(Refused, match=r"^ferry\.md: 'gone\.png' cannot be read"):
        article(desk, body="![A gull](gone.png)")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", png(5000, 5000)),
        ("a.gif", b"GIF89a" + struct.pack("<HH", 200, 100)),
        ("a.jpg", JPEG),
        ("a.jpeg", JPEG),
        ("a.webp", VP8),
        ("a.webp", VP8L),
        ("a.webp", VP8X),
        ("a.svg", b'<?xml version="1.0"?><!-- c -->' + svg('<use href="#a"/>')),
    ],
)
def test_what_browsers_show_is_taken(desk: Path, name: str, content: bytes) -> None:
    (desk / name).write_bytes(content)
    assert pictures.keep(name, desk).startswith("/media/articles/")


def test_the_size_of_every_kind_is_read() -> None:
    read = {"jpg": JPEG, "webp": VP8}
    assert {
        kind: pictures._SIZES[kind](content) for kind, content in read.items()
    } == dict.fromkeys(read, (200, 100))
    assert pictures._webp(VP8L) == pictures._webp(VP8X) == (200, 100)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.html", b"<p>", "is not a .png, .jpg, .gif, .webp or .svg file"),
        ("a", b"x", "is not a .png"),
        ("a.png", b"<script>alert(1)</script>", "is not what its name says"),
        ("a.png", b"", "is not what its name says"),
        ("a.png", JPEG, "is not what its name says"),
        ("a.jpg", b"\xff\xd8\xff", "is not what its name says"),
        ("a.jpg", b"\xff\xd8" + b"\xff\xe0\x00\x00" * 9, "is not what its name says"),
        ("a.gif", b"GIF89a", "is not what its name says"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "is not what its name says"),
        ("a.png", png(50_000, 50_000), "is 50000 by 50000 pixels; 25,000,000 in all is the most"),
        ("a.png", png(1, 1) + bytes(5_000_000), "is larger than 5,000,000 octets"),
        ("a.svg", b"<html></html>", "has a script or a link in it"),
        ("a.svg", b"hello", "is called an SVG and is none"),
        ("a.svg", svg("<script>alert(1)</script>"), "has a script or a link in it"),
        ("a.svg", svg(attributes='onload="alert(1)"'), "has a script"),
        ("a.svg", svg('<a href="java&#115;cript:alert(1)"/>'), "has a script"),
        ("a.svg", svg('<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>'), "has a script"),
        ("a.svg", svg("<foreignObject/>"), "has a script"),
        ("a.svg", svg('<set attributeName="href" to="javascript:alert(1)"/>'), "has a script"),
        ("a.svg", svg('<image href="http://169.254.169.254/"/>'), "has a script"),
        ("a.svg", b'<?xml-stylesheet href="http://a.example/"?>' + svg(), "has a script"),
        (
            "a.svg",
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("&a;"),
            "has a script",
        ),
    ],
)
def test_what_is_no_picture_is_refused(
    desk: Path, name: str, content: bytes, sentence: str
) -> None:
    (desk / name).write_bytes(content)
    with pytest.raises(Refused) as refusal:
        pictures.keep(name, desk)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "images/../../secret.png", "link.png"]
)
def test_a_picture_does_not_lead_out_of_the_folder(desk: Path, home: Path, name: str) -> None:
    (home / "secret.png").write_bytes(png(1, 1))
    (desk / "link.png").symlink_to(home / "secret.png")
    with pytest.raises(Refused, match="leads out of the article's folder"):
        article(desk, name)


@pytest.mark.parametrize("name", ["a\0.png", "x" * 300 + ".png", "loop.png", "images"])
def test_a_name_that_is_no_file_is_refused(desk: Path, name: str) -> None:
    (desk / "loop.png").symlink_to(desk / "loop.png")
    with pytest.raises(Refused):
        pictures.keep(name, desk)
