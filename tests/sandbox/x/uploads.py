"""Uploads pictures and videos to the stand-in, as a client does."""

from base64 import b64encode
from typing import Any

from tests.sandbox.x.calling import Answer, Caller

PICTURE = ("image/png", "tweet_image")
GIF = ("image/gif", "tweet_gif")
VIDEO = ("video/mp4", "tweet_video")
UPLOAD = "/2/media/upload"
_FORM = "multipart/form-data; boundary=gull"


def begun(caller: Caller, size: int, kind: tuple[str, str] = PICTURE, **options: str) -> str:
    """Open an upload and return its id."""
    return str(begin(caller, size, kind, **options).json["data"]["id"])


def begin(caller: Caller, size: object, kind: tuple[Any, Any] = PICTURE, **options: str) -> Answer:
    what = {"media_type": kind[0], "media_category": kind[1], "total_bytes": size}
    return caller.send(f"POST {UPLOAD}/initialize", what, **options)


def append(caller: Caller, media_id: str, index: object, content: bytes) -> Answer:
    """Send a part as a form."""
    path = f"{UPLOAD}/{media_id}/append"
    name = 'Content-Disposition: form-data; name="'
    head = f'--gull\r\n{name}segment_index"\r\n\r\n{index}\r\n--gull\r\n{name}media"'
    body = f'{head}; filename="part"\r\n\r\n'.encode() + content + b"\r\n--gull--\r\n"
    signature = caller.signature("POST", path)
    return caller.call("POST", path, body, HTTP_AUTHORIZATION=signature, CONTENT_TYPE=_FORM)


def append_in_json(caller: Caller, media_id: str, index: object, content: bytes) -> Answer:
    part = {"segment_index": index, "media": b64encode(content).decode()}
    return caller.send(f"POST {UPLOAD}/{media_id}/append", part)


def finalize(caller: Caller, media_id: str) -> Answer:
    return caller.send(f"POST {UPLOAD}/{media_id}/finalize")


def status(caller: Caller, media_id: str) -> Answer:
    return caller.get(f"{UPLOAD}?command=STATUS&media_id={media_id}")


def describe(caller: Caller, media_id: str, alt: str) -> Answer:
    metadata = {"alt_text": {"text": alt}}
    return caller.send("POST /2/media/metadata", {"id": media_id, "metadata": metadata})


def uploaded(
    caller: Caller, content: bytes, kind: tuple[str, str] = PICTURE, *, alt: str = ""
) -> str:
    """Upload something in one part and return its id."""
    media_id = begun(caller, len(content), kind)
    append(caller, media_id, 0, content)
    finalize(caller, media_id)
    if alt:
        describe(caller, media_id, alt)
    return media_id
