"""Takes pictures and videos: initialize, append, finalize, status, metadata.

https://docs.x.com/x-api/media/initialize-media-upload and its neighbours; X serves them at the same
paths as everything else, and here they are where everything else is.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from publisher.sandbox.x import multipart
from publisher.sandbox.x.answers import Answer, Refused, in_json, invalid
from publisher.sandbox.x.media import CHECK_AFTER_SECONDS, Media, Medium
from publisher.sandbox.x.request import Request
from publisher.sandbox.x.routes import Asked

# https://docs.x.com/x-api/media/create-media-metadata
LONGEST_ALT = 1_000
_USUAL_CHECKS = 1
_PROGRESS = {"pending": 0, "in_progress": 50, "succeeded": 100, "failed": 100}
# What X says of a file that it cannot read (…/media/get-media-upload-status).
_ERROR = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}


class Uploading:
    """The routes about media."""

    def __init__(self, media: Media) -> None:
        self._media = media

    def initialize(self, asked: Asked) -> Answer:
        match _object(asked.request):
            case {
                "media_type": str(media_type),
                "media_category": str(category),
                "total_bytes": int(size),
            }:
                owner = asked.account.id
                medium = self._media.begin(owner, media_type, category, size, now=asked.now)
                return _shown(medium, asked.now)
        raise ValueError("media_type, media_category and total_bytes are needed.")

    def append(self, asked: Asked) -> Answer:
        medium = self._own(asked, asked.id)
        index, content = _part(asked.request)
        self._media.append(medium, index, content)
        return in_json(200, {"data": {"expires_at": int(medium.expires_at.timestamp())}})

    def finalize(self, asked: Asked) -> Answer:
        """Put the parts together; once more is answered as the first time."""
        medium = self._own(asked, asked.id)
        if medium.state:
            return _shown(medium, asked.now)
        fault = asked.fault
        checks = fault.calls if fault and fault.kind == "media-slow" else _USUAL_CHECKS
        fails = fault is not None and fault.kind == "media-failed"
        return _shown(self._media.finalize(medium, checks=checks, fails=fails), asked.now)

    def status(self, asked: Asked) -> Answer:
        given = dict(parse_qsl(asked.request.query))
        if given.get("command") != "STATUS":
            raise ValueError("command: is not STATUS.")
        medium = self._own(asked, given.get("media_id", ""))
        if not medium.state:
            raise ValueError("The upload is not finalized.")
        return _shown(self._media.checked(medium), asked.now)

    def describe(self, asked: Asked) -> Answer:
        """Take the alt text of a picture, which is all the metadata that is taken here."""
        match _object(asked.request):
            case {"id": str(media_id), "metadata": {"alt_text": {"text": str(alt)}}}:
                medium = self._own(asked, media_id)
            case _:
                raise ValueError("$: id and metadata.alt_text.text are needed.")
        if len(alt) > LONGEST_ALT:
            raise ValueError(f"$.metadata.alt_text.text: is longer than {LONGEST_ALT}.")
        self._media.describe(medium, alt)
        metadata = {"alt_text": {"text": alt}}
        return in_json(200, {"data": {"id": medium.id, "associated_metadata": metadata}})

    def _own(self, asked: Asked, media_id: str) -> Medium:
        medium = self._media.own(media_id, asked.account.id, now=asked.now)
        if medium is None:
            raise Refused(invalid("Your media ID is invalid.", {"media_id": [media_id]}))
        return medium


def _shown(medium: Medium, now: datetime) -> Answer:
    left = int((medium.expires_at - now).total_seconds())
    shape: dict[str, Any] = {
        "id": medium.id,
        "media_key": medium.key,
        "expires_after_secs": left,
    }
    if medium.state:
        shape["size"] = medium.total_bytes
    if medium.state and medium.category != "tweet_image":
        shape["processing_info"] = _processing(medium)
    return in_json(200, {"data": shape})


def _processing(medium: Medium) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "state": medium.state,
        "progress_percent": _PROGRESS[medium.state],
    }
    if medium.state in ("pending", "in_progress"):
        shape["check_after_secs"] = CHECK_AFTER_SECONDS
    if medium.state == "failed":
        shape["error"] = _ERROR
    return shape


def _object(request: Request) -> Mapping[str, Any]:
    body = json.loads(request.body) if request.is_json else None
    if not isinstance(body, dict):
        raise ValueError("An object in JSON is needed.")
    return body


def _part(request: Request) -> tuple[int, bytes]:
    """Return the number and the content of a part: a form's, or base64 in JSON."""
    if request.content_type == "multipart/form-data":
        given = multipart.fields(request.full_content_type, request.body)
        if not given.keys() >= {"media", "segment_index"}:
            raise ValueError("media and segment_index are needed.")
        return int(given["segment_index"]), given["media"]
    body = _object(request)
    match body:
        case {"media": str(media), "segment_index": int() | str()}:
            return int(body["segment_index"]), b64decode(media, validate=True)
    raise ValueError("media, as base64, and segment_index are needed.")
