"""Videos: read by their boxes, held against what networks take, silent about where they were."""

import io
import struct
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import Refused
from publisher.social import videos
from tests.social.films import PLACE, UPRIGHT, box, film

WHOLE = film()


def read(content: bytes) -> videos.Video:
    return videos.read(io.BytesIO(content))


@pytest.mark.parametrize("version", [0, 1])
def test_size_and_length_are_read(version: int) -> None:
    video = read(film(seconds=12.5, size=(1920, 1080), version=version))
    assert video == videos.Video(1920, 1080, timedelta(seconds=12.5))


def test_a_telephone_held_upright_makes_a_high_video() -> None:
    video = read(film(size=(1920, 1080), matrix=UPRIGHT))
    assert (video.width, video.height) == (1080, 1920)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no MP4"),
        (b"GIF89a" + bytes(40), "is cut off or damaged"),
        (film(brand=b"qt  "), "is no MP4"),
        (film(code=b"hvc1"), "is encoded as 'hvc1'; networks take H.264"),
        (film(seconds=0), "does not say how long it is"),
        (film(size=(0, 0)), "has no video that can be read"),
        (box(b"ftyp", b"isom"), "has no video that can be read"),
        (WHOLE[:-1], "is cut off or damaged"),
        (box(b"ftyp", b"isom") + struct.pack(">I4s", 1, b"moov"), "is cut off or damaged"),
        (box(b"ftyp", b"isom") + box(b"free") * 10_000, "is cut off or damaged"),
    ],
)
def test_what_is_no_such_video_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(content)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused(at: int, other: bytes) -> None:
    damaged = io.BytesIO(WHOLE[:at] + other + WHOLE[at + len(other) :])
    try:
        videos.read(damaged)
        videos.hide(damaged)
    except Refused as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - either is right


def test_where_it_was_taken_is_wiped_and_nothing_moves() -> None:
    file = io.BytesIO(WHOLE)
    videos.hide(file)
    assert (PLACE in WHOLE, PLACE in file.getvalue()) == (True, False)
    assert len(file.getvalue()) == len(WHOLE)
    assert videos.read(file) == read(WHOLE)


@pytest.mark.parametrize(
    ("network", "seconds", "octets", "why"),
    [
        ("x", 141, 1, "lasts 141.0 seconds, and x takes 0.5 to 140; cut it"),
        ("x", 0.2, 1, "lasts 0.2 seconds"),
        ("bluesky", 181, 1, "takes 0 to 180"),
        ("telegram", 60, 50_000_001, "has 50,000,001 octets, and telegram takes 50,000,000"),
        ("mastodon", 60, 40_000_001, "takes 40,000,000"),
    ],
)
def test_what_a_network_does_not_take_is_refused(
    network: str, seconds: float, octets: int, why: str
) -> None:
    video = videos.Video(1280, 720, timedelta(seconds=seconds))
    says = 40_000_000 if network == "mastodon" else None
    with pytest.raises(Refused, match=why):
        videos.check(video, octets, network, most_octets=says)
