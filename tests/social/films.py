"""Videos for tests: boxes alone, with nothing that could be seen."""

import struct

# Turned by a quarter, as a telephone that is held upright writes it (ISO/IEC 14496-12 section 8.3).
UPRIGHT = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
_STRAIGHT = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
PLACE = b"+52.3676+004.9041/"


def box(kind: bytes, *content: bytes) -> bytes:
    """Return a box of this kind."""
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def film(
    *,
    seconds: float = 12,
    size: tuple[int, int] = (1280, 720),
    code: bytes = b"avc1",
    brand: bytes = b"isom",
    matrix: tuple[int, ...] = _STRAIGHT,
    version: int = 0,
) -> bytes:
    """Return an MP4 with sound and video, which says where it was taken."""
    times = struct.pack(">BxxxQQ" if version else ">BxxxII", version, 0, 0)
    lasts = struct.pack(">IQ" if version else ">II", 1000, round(seconds * 1000))
    return b"".join(
        [
            box(b"ftyp", brand, bytes(4), brand),
            box(
                b"moov",
                box(b"mvhd", times, lasts, bytes(80)),
                _track(b"soun", b"mp4a", (0, 0), _STRAIGHT, version),
                _track(b"vide", code, size, matrix, version),
                box(b"udta", box(b"\xa9xyz", PLACE)),
            ),
            box(b"mdat", bytes(64)),
        ]
    )


def _track(
    handler: bytes, code: bytes, size: tuple[int, int], matrix: tuple[int, ...], version: int
) -> bytes:
    before = bytes([version]) + bytes(51 if version else 39)
    shape = struct.pack(">9iII", *matrix, size[0] << 16, size[1] << 16)
    described = box(b"stsd", bytes(4), struct.pack(">I", 1), box(code, bytes(78)))
    return box(
        b"trak",
        box(b"tkhd", before, shape),
        box(
            b"mdia",
            box(b"hdlr", bytes(8), handler, bytes(12)),
            box(b"minf", box(b"stbl", described)),
        ),
        box(b"meta", PLACE),
    )
