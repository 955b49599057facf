"""Pictures and videos: https://docs.x.com/x-api/media/quickstart/media-upload-chunked.

    POST /2/media/upload/initialize     what is to come; answers with its id
    POST /2/media/upload/:id/append     a segment of it
    POST /2/media/upload/:id/finalize   that was all; X may begin to convert it
    GET  /2/media/upload                whether X has converted it
    POST /2/media/metadata              its description

None of them posts anything, so whatever breaks may be begun again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from publisher.channels import Permanent
from publisher.channels.http import Answer, Call, Line, quoted
from publisher.channels.posts import Attachment, Upload
from publisher.channels.x import answers
from publisher.channels.x.credentials import Credentials

T = TypeVar("T")

# X takes 5 MB at most with the form around it, and 1,000 segments.
SEGMENT_BYTES = 4 * 1024 * 1024
# https://docs.x.com/x-api/media/create-media-metadata
LONGEST_DESCRIPTION = 1000

# Where X does not say when to ask again.
_CHECK_AFTER = timedelta(seconds=5)


class Media:
    """The media of one account; connections are kept until `close`."""

    def __init__(self, credentials: Credentials, url: str, timeouts: tuple[float, float]) -> None:
        self._credentials = credentials
        self._url = url.rstrip("/")
        self._line = Line(
            "X",
            url,
            secrets=credentials.secrets,
            words=answers.words,
            meaning=answers.for_others,
            timeouts=timeouts,
        )

    def upload(self, attachment: Attachment, now: datetime) -> Upload:
        """Give X all of an attachment with its description; raises Temporary or Permanent."""
        category = _category(attachment)
        media_id = self._initialized(attachment, category, now)
        for index, start in enumerate(range(0, len(attachment.content), SEGMENT_BYTES)):
            segment = attachment.content[start : start + SEGMENT_BYTES]
            self._append(media_id, index, segment, now)
        finalize = Call("POST", f"/2/media/upload/{media_id}/finalize")
        progress = self._ask(finalize, _data, now)
        # X describes pictures only: https://docs.x.com/x-api/media/create-media-metadata.
        if attachment.alt and category != "tweet_video":
            self._describe(media_id, attachment.alt, now)
        return self._upload(media_id, progress, now)

    def uploaded(self, media_id: str, now: datetime) -> Upload:
        """Return how far X is; raises Permanent where it could not convert it."""
        question = {"command": "STATUS", "media_id": media_id}
        progress = self._ask(Call("GET", "/2/media/upload", query=question), _data, now)
        return self._upload(media_id, progress, now)

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _initialized(self, attachment: Attachment, category: str, now: datetime) -> str:
        wish = {
            "media_type": attachment.media_type,
            "media_category": category,
            "total_bytes": len(attachment.content),
        }
        return self._ask(Call("POST", "/2/media/upload/initialize", json=wish), _media_id, now)

    def _append(self, media_id: str, index: int, segment: bytes, now: datetime) -> None:
        call = Call(
            "POST",
            f"/2/media/upload/{media_id}/append",
            form={"segment_index": str(index)},
            files={"media": ("segment", segment, "application/octet-stream")},
        )
        self._ask(call, _nothing, now)

    def _describe(self, media_id: str, alt: str, now: datetime) -> None:
        description = {"id": media_id, "metadata": {"alt_text": {"text": alt}}}
        self._ask(Call("POST", "/2/media/metadata", json=description), _nothing, now)

    def _ask(self, call: Call, read: Callable[[Answer], T], now: datetime) -> T:
        query = f"?{urlencode(call.query)}" if call.query else ""
        url = f"{self._url}{call.path}{query}"
        headers = {"Authorization": self._credentials.authorization(call.method, url)}
        return self._line.ask(replace(call, headers=headers), read, now=now)

    def _upload(self, media_id: str, progress: Mapping[str, Any], now: datetime) -> Upload:
        processing = progress.get("processing_info") or {}
        match processing.get("state"):
            case "failed":
                error = processing.get("error") or {}
                said = quoted("X", str(error.get("message") or ""), self._credentials.secrets)
                raise Permanent(f"X cannot use the picture or video{said}; choose another one.")
            case "pending" | "in_progress":
                return Upload(media_id, now + _wait(processing.get("check_after_secs")))
        return Upload(media_id)


def _category(attachment: Attachment) -> str:
    """Return what X calls this kind of media; raises Permanent for what it would refuse."""
    if len(attachment.alt) > LONGEST_DESCRIPTION:
        raise Permanent(
            f"The description of a picture has {len(attachment.alt)} characters, and X takes"
            f" {LONGEST_DESCRIPTION}; shorten it."
        )
    match attachment.media_type.partition("/"):
        case "image", _, "gif":
            return "tweet_gif"
        case "image", _, _:
            return "tweet_image"
        case "video", _, _:
            return "tweet_video"
    raise Permanent(f"X takes no '{attachment.media_type}'; choose a picture or a video.")


def _data(answer: Answer) -> Mapping[str, Any]:
    data = answer.json()["data"]
    if not isinstance(data, dict):
        raise TypeError("no object")
    return data


def _media_id(answer: Answer) -> str:
    media_id = str(_data(answer)["id"])
    # It becomes a part of addresses.
    if not media_id.isdecimal():
        raise ValueError("no id of X's")
    return media_id


def _nothing(_: Answer) -> None:
    """Read nothing, for X says nothing that is needed, and sometimes nothing at all."""


def _wait(seconds: object) -> timedelta:
    return timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else _CHECK_AFTER
