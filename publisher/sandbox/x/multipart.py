"""Reads the parts of a multipart form (RFC 7578)."""

import re

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_NAME = re.compile(rb'^content-disposition:.*\bname="([^"]*)"', re.IGNORECASE | re.MULTILINE)


def fields(content_type: str, body: bytes) -> dict[str, bytes]:
    """Return the parts by name, whole; raises ValueError where it is no such form."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise ValueError("The form names no boundary.")
    mark = b"\r\n--" + (boundary[1] or boundary[2]).encode()
    _, *parts = (b"\r\n" + body).split(mark)
    if not parts or not parts[-1].startswith(b"--"):
        raise ValueError("The form has no end.")
    return dict(_field(part) for part in parts[:-1])


def _field(part: bytes) -> tuple[str, bytes]:
    head, blank, content = part.partition(b"\r\n\r\n")
    name = _NAME.search(head.replace(b"\r\n", b"\n"))
    if not blank or name is None:
        raise ValueError("A part of the form has no name.")
    return name[1].decode(), content
