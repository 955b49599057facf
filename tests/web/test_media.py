"""The newsroom's own images: served by the names that the articles room makes, and by no others."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

NAME = "0123456789abcdef"


@pytest.fixture
def folder(settings: Settings) -> Path:
    folder = Path(settings.MEDIA_ROOT) / "articles"
    folder.mkdir(parents=True)
    (folder.parent / "secret.png").write_bytes(b"secret")
    return folder


def test_an_image_is_kept_for_good(client: Client, folder: Path) -> None:
    (folder / f"{NAME}.jpg").write_bytes(b"picture")
    answer = client.get(f"/media/articles/{NAME}.jpg")
    assert answer.getvalue() == b"picture"
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_picture_of_a_post_is_there_for_the_networks_that_fetch_it(
    client: Client, folder: Path
) -> None:
    (posts := folder.parent / "posts").mkdir()
    (posts / f"{NAME * 2}.png").write_bytes(b"picture")
    assert client.get(f"/media/posts/{NAME * 2}.png").getvalue() == b"picture"
    assert client.get(f"/media/posts/{NAME}.png").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "status", "octets", "told"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=0-", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-99", 206, b"789", "bytes 7-9/10"),
        ("bytes=10-", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
    ],
)
def test_a_player_gets_the_part_of_a_video_that_it_asks_for(
    client: Client, folder: Path, wanted: str, status: int, octets: bytes, told: str | None
) -> None:
    (posts := folder.parent / "posts").mkdir()
    (posts / f"{NAME * 2}.mp4").write_bytes(b"0123456789")
    answer = client.get(f"/media/posts/{NAME * 2}.mp4", headers={"Range": wanted})
    assert (answer.status_code, answer.getvalue()) == (status, octets)
    assert (answer["Content-Type"], answer.get("Content-Range")) == ("video/mp4", told)
    assert int(answer["Content-Length"]) == len(octets)


def test_an_svg_that_is_opened_by_itself_runs_nothing(client: Client, folder: Path) -> None:
    (folder / f"{NAME}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = client.get(f"/media/articles/{NAME}.svg")
    assert answer.getvalue()
    assert answer["Content-Type"] == "image/svg+xml"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.png",
        "..%2fsecret.png",
        "..%5csecret.png",
        f"{NAME}.html",
        f"{NAME}.png%00.jpg",
        f"{NAME}.png",
        "",
    ],
)
def test_no_other_name_leads_anywhere(client: Client, folder: Path, name: str) -> None:
    (folder / f"{NAME}.html").write_text("<script>")
    assert client.get(f"/media/articles/{name}").status_code == 404
