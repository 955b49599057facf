"""Videos as networks take them: MP4 with H.264, read by its own boxes, with nothing hidden.

A file is a row of boxes, each with its length and its kind before it, some of them full of boxes
again (ISO/IEC 14496-12 sections 4 and 8). Nothing is decoded.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from publisher.errors import Refused

# It is held in a worker's memory while it is uploaded.
MOST_OCTETS = 100_000_000
# Where a video says where it was taken, and with what (ISO/IEC 14496-12 section 8.10).
_TELLING = {b"udta", b"meta", b"uuid"}
_FULL_OF_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
# What encodes as H.264 (ISO/IEC 14496-15 section 5.4).
_H264 = {b"avc1", b"avc3"}
# A track within a track within a movie is the deepest that is looked into.
_DEEPEST = 6
# A film has some dozens; only what is made to hold us up has more.
_MOST_BOXES = 10_000
_DAMAGED = "The video is cut off or damaged; export it anew."


@dataclass(frozen=True, slots=True)
class Clip:
    """What a network takes, of MP4 with H.264: octets, and how short and how long it may be."""

    most_octets: int
    longest: timedelta
    shortest: timedelta = timedelta(0)

    def spoken(self) -> str:
        """Return it as an editor reads it."""
        seconds = int(self.longest.total_seconds())
        megabytes = self.most_octets // 1_000_000
        return f"MP4 with H.264, up to {seconds} seconds and {megabytes} MB"


@dataclass(frozen=True, slots=True)
class Video:
    """What is in a file; pixels as it is shown, turned where the camera was."""

    width: int
    height: int
    length: timedelta


CLIPS: dict[str, Clip] = {
    # https://docs.x.com/x-api/media/quickstart/best-practices: 512 MB, of which we hold less.
    "x": Clip(MOST_OCTETS, timedelta(seconds=140), timedelta(seconds=0.5)),
    # https://docs.bsky.app/docs/tutorials/video: 100 MB; its app takes three minutes.
    "bluesky": Clip(MOST_OCTETS, timedelta(minutes=3)),
    # Mastodon's MediaAttachment: 99 MB, where the instance does not say another number.
    "mastodon": Clip(99_000_000, timedelta(hours=1)),
    # https://core.telegram.org/bots/api#sendvideo: 50 MB from bots.
    "telegram": Clip(50_000_000, timedelta(hours=1)),
    # https://developers.facebook.com/docs/threads/overview: 1 GB, five minutes.
    "threads": Clip(MOST_OCTETS, timedelta(minutes=5)),
    "webhook": Clip(MOST_OCTETS, timedelta(hours=1)),
}


def read(file: BinaryIO) -> Video:
    """Return what is in a file; raises Refused for all but an MP4 with H.264."""
    boxes = list(_boxes(file, 0, _size(file)))
    if not boxes or boxes[0].kind != b"ftyp" or _brand(file, boxes[0]) == b"qt  ":
        raise Refused("The video is no MP4; export it as MP4 with H.264.")
    header = next((box for box in _within(file, boxes) if box.kind == b"mvhd"), None)
    track = next(filter(None, (_track(file, box) for box in _tracks(file, boxes))), None)
    if header is None or track is None:
        raise Refused("The file has no video that can be read; export it anew.")
    return Video(*track, _length(file, header))


def check(video: Video, octets: int, network: str, *, most_octets: int | None = None) -> None:
    """Refuse a video that a network does not take; `most_octets` is what it says of itself."""
    clip = CLIPS[network]
    most = min(filter(None, (clip.most_octets, most_octets)))
    if octets > most:
        raise Refused(
            f"The video has {octets:,} octets, and {network} takes {most:,}; export a smaller one."
        )
    if not clip.shortest <= video.length <= clip.longest:
        raise Refused(
            f"The video lasts {video.length.total_seconds():.1f} seconds, and {network} takes"
            f" {clip.shortest.total_seconds():g} to {clip.longest.total_seconds():g}; cut it."
        )


def hide(file: BinaryIO) -> None:
    """Wipe what a camera wrote into a file besides the video, the place among it.

    Nothing moves: where these boxes were is free space.
    """
    for box in list(_within(file, list(_boxes(file, 0, _size(file))))):
        if box.kind in _TELLING:
            file.seek(box.start + 4)
            file.write(b"free")
            file.seek(box.body)
            _wipe(file, box.end - box.body)


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _brand(file: BinaryIO, box: _Box) -> bytes:
    file.seek(box.body)
    return file.read(4)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[_Box]:
    """Yield the boxes from `start` to `end`; raises Refused where they do not fill that."""
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        file.seek(start)
        (length,) = _numbers(file, ">I")
        kind, body = file.read(4), start + 8
        if length == 1:
            (length,) = _numbers(file, ">Q")
            body += 8
        # One without a length goes on to the end.
        stop = start + length if length else end
        if stop < body or stop > end:
            raise Refused(_DAMAGED)
        yield _Box(kind, start, body, stop)
        start = stop
    raise Refused(_DAMAGED)


def _within(file: BinaryIO, boxes: list[_Box], depth: int = 0) -> Iterator[_Box]:
    for box in boxes:
        yield box
        if box.kind in _FULL_OF_BOXES and depth < _DEEPEST:
            yield from _within(file, list(_boxes(file, box.body, box.end)), depth + 1)


def _tracks(file: BinaryIO, boxes: list[_Box]) -> Iterator[_Box]:
    return (box for box in _within(file, boxes) if box.kind == b"trak")


def _track(file: BinaryIO, track: _Box) -> tuple[int, int] | None:
    """Return width and height of a track with a video, None for sound; Refused for another code."""
    inside = {box.kind: box for box in _within(file, [track])}
    if not {b"tkhd", b"hdlr", b"stsd"} <= inside.keys():
        return None
    file.seek(inside[b"hdlr"].body + 8)
    if file.read(4) != b"vide":
        return None
    file.seek(inside[b"stsd"].body + 12)
    code = file.read(4)
    if code not in _H264:
        name = code.decode("ascii", "replace")
        raise Refused(f"The video is encoded as {name!r}; networks take H.264, so export it so.")
    return _shape(file, inside[b"tkhd"])


def _shape(file: BinaryIO, header: _Box) -> tuple[int, int]:
    # Section 8.3.2: the first version has longer times; then the matrix, then two 16.16 numbers.
    file.seek(header.body)
    (version,) = _numbers(file, ">B")
    file.seek(header.body + (52 if version else 40))
    first, second = _numbers(file, ">ii")
    file.seek(header.end - 8)
    width, height = (number >> 16 for number in _numbers(file, ">II"))
    if not (width and height):
        raise Refused("The file has no video that can be read; export it anew.")
    is_turned = first == 0 and second != 0
    return (height, width) if is_turned else (width, height)


def _length(file: BinaryIO, header: _Box) -> timedelta:
    # Section 8.2.2: after version, flags and two times.
    file.seek(header.body)
    (version,) = _numbers(file, ">B")
    file.seek(header.body + (20 if version else 12))
    scale, duration = _numbers(file, ">IQ" if version else ">II")
    # What is made while it goes on air says none.
    if not (scale and duration):
        raise Refused("The video does not say how long it is; export it anew.")
    return timedelta(seconds=min(duration / scale, 1_000_000))


def _numbers(file: BinaryIO, layout: str) -> tuple[int, ...]:
    piece = file.read(struct.calcsize(layout))
    if len(piece) < struct.calcsize(layout):
        raise Refused(_DAMAGED)
    return struct.unpack(layout, piece)


def _wipe(file: BinaryIO, octets: int) -> None:
    piece = bytes(min(octets, 1_000_000))
    while octets > 0:
        octets -= file.write(piece[:octets])
