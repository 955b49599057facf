"""Pictures and videos on their way to X."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from publisher.channels import Permanent, Temporary
from publisher.channels.posts import Attachment, Upload
from publisher.channels.x.media import SEGMENT_BYTES
from tests.channels.messages import said
from tests.channels.x.places import Said, scripted

PICTURE = Attachment("image/jpeg", "A bridge in fog.", 1200, 675, b"a picture")
VIDEO = replace(PICTURE, media_type="video/mp4", content=b"a video")
BEGUN = Said("200 OK", {"data": {"id": "1880028106020515840", "expires_after_secs": 86400}})
APPENDED = Said("200 OK", {"data": {"expires_at": 1764000000}})
FINALIZED = Said("200 OK", {"data": {"id": "1880028106020515840", "size": 9}})
DESCRIBED = Said("200 OK", {"data": {"id": "1880028106020515840"}})
MEDIA = "/2/media/upload/1880028106020515840"


def converting(**info: object) -> Said:
    """Return X's answer while a video is converted, or when it was."""
    return Said("200 OK", {"data": {"id": "1880028106020515840", "processing_info": info}})


def test_a_picture_is_uploaded_in_the_steps_that_x_wants(now: datetime) -> None:
    with scripted(BEGUN, APPENDED, FINALIZED, DESCRIBED) as script, script.x() as x:
        upload = x.upload(PICTURE, now=now)
    assert upload == Upload("1880028106020515840")
    assert script.lines == [
        "POST /2/media/upload/initialize",
        f"POST {MEDIA}/append",
        f"POST {MEDIA}/finalize",
        "POST /2/media/metadata",
    ]


def test_x_is_told_what_comes_and_what_it_shows(now: datetime) -> None:
    with scripted(BEGUN, APPENDED, FINALIZED, DESCRIBED) as script, script.x() as x:
        x.upload(PICTURE, now=now)
    begun, appended, _, described = script.asked
    category = {"media_type": "image/jpeg", "media_category": "tweet_image"}
    assert begun.json == category | {"total_bytes": 9}
    assert appended.content_type.startswith("multipart/form-data")
    assert b'name="segment_index"\r\n\r\n0\r\n' in appended.body
    assert b"a picture" in appended.body
    assert described.json["metadata"] == {"alt_text": {"text": "A bridge in fog."}}


def test_what_is_large_goes_in_segments(now: datetime) -> None:
    large = replace(VIDEO, content=b"v" * (SEGMENT_BYTES + 1))
    with scripted(BEGUN, APPENDED, APPENDED, FINALIZED) as script, script.x() as x:
        x.upload(large, now=now)
    first, second = script.asked[1:3]
    assert len(first.body) > SEGMENT_BYTES > len(second.body)
    assert b'name="segment_index"\r\n\r\n1\r\n' in second.body


@pytest.mark.parametrize(
    ("media_type", "category"),
    [
        ("image/png", "tweet_image"),
        ("image/webp", "tweet_image"),
        ("image/gif", "tweet_gif"),
        ("video/mp4", "tweet_video"),
        ("video/quicktime", "tweet_video"),
    ],
)
def test_every_kind_has_its_category(media_type: str, category: str, now: datetime) -> None:
    attachment = replace(PICTURE, media_type=media_type, alt="")
    with scripted(BEGUN, APPENDED, FINALIZED) as script, script.x() as x:
        x.upload(attachment, now=now)
    assert script.asked[0].json["media_category"] == category


def test_a_video_is_not_described_for_x_describes_pictures_only(now: datetime) -> None:
    with scripted(BEGUN, APPENDED, FINALIZED) as script, script.x() as x:
        x.upload(VIDEO, now=now)
    assert "POST /2/media/metadata" not in script.lines


def test_x_is_asked_again_when_it_said(now: datetime) -> None:
    pending = converting(state="pending", check_after_secs=7)
    with scripted(BEGUN, APPENDED, pending) as script, script.x() as x:
        upload = x.upload(VIDEO, now=now)
    assert upload.check_at == now + timedelta(seconds=7)


@pytest.mark.parametrize("seconds", [{}, {"check_after_secs": 0}, {"check_after_secs": None}])
def test_where_x_does_not_say_when_it_is_asked_soon(
    seconds: dict[str, object], now: datetime
) -> None:
    with scripted(converting(state="in_progress", **seconds)) as script, script.x() as x:
        upload = x.uploaded("1880028106020515840", now=now)
    assert upload.check_at == now + timedelta(seconds=5)
    assert script.lines == ["GET /2/media/upload"]
    assert script.asked[0].query == {"command": "STATUS", "media_id": "1880028106020515840"}


@pytest.mark.parametrize("answer", [converting(state="succeeded", progress_percent=100), FINALIZED])
def test_what_is_converted_or_needs_it_not_is_ready(answer: Said, now: datetime) -> None:
    with scripted(answer) as script, script.x() as x:
        assert x.uploaded("1880028106020515840", now=now).check_at is None


@pytest.mark.parametrize("body", ["", "<html>", "{}", '{"data": []}', '{"data": null}'])
def test_whether_it_is_ready_is_not_guessed(body: str, now: datetime) -> None:
    with scripted(Said("200 OK", body)) as script, script.x() as x, pytest.raises(Temporary):
        x.uploaded("1880028106020515840", now=now)


def test_what_x_cannot_convert_is_permanent_and_says_why(now: datetime) -> None:
    error = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}
    failed = converting(state="failed", error=error)
    with scripted(failed) as script, script.x() as x, pytest.raises(Permanent) as raised:
        x.uploaded("1880028106020515840", now=now)
    assert "Unsupported video format" in raised.value.reason
    assert not raised.value.stops_account


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PICTURE, alt="x" * 1001),
        replace(PICTURE, media_type="application/pdf"),
        replace(PICTURE, media_type=""),
    ],
)
def test_what_x_would_refuse_is_not_begun(wrong: Attachment, now: datetime) -> None:
    with scripted() as script, script.x() as x, pytest.raises(Permanent):
        x.upload(wrong, now=now)
    assert not script.asked


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"data": {"id": "../tweets"}}'])
def test_an_id_that_is_none_is_temporary(body: str, now: datetime) -> None:
    with scripted(Said("200 OK", body)) as script, script.x() as x, pytest.raises(Temporary):
        x.upload(PICTURE, now=now)


@pytest.mark.parametrize("broken", [0, 1, 2, 3])
def test_a_step_that_fails_at_x_may_be_begun_again(broken: int, now: datetime) -> None:
    answers = [BEGUN, APPENDED, FINALIZED, DESCRIBED]
    answers[broken] = Said("503 Service Unavailable", "<html>")
    with scripted(*answers) as script, script.x() as x, pytest.raises(Temporary):
        x.upload(PICTURE, now=now)
    assert len(script.asked) == broken + 1


def test_a_used_up_ration_of_uploads_says_when_it_is_back(now: datetime) -> None:
    reset = str(int(now.timestamp()) + 3600)
    headers = {"x_user_limit_24hour_remaining": "0", "x_user_limit_24hour_reset": reset}
    full = Said("429 Too Many Requests", "", headers)
    with scripted(full) as script, script.x() as x, pytest.raises(Temporary) as raised:
        x.upload(PICTURE, now=now)
    assert raised.value.retry_at == now + timedelta(hours=1)


def test_an_app_that_may_not_upload_may_still_post(now: datetime) -> None:
    refusal = Said("403 Forbidden", {"detail": "Your app has no permission media.write."})
    with scripted(refusal) as script, script.x() as x, pytest.raises(Permanent) as raised:
        x.upload(PICTURE, now=now)
    assert not raised.value.stops_account
    assert "media.write" in raised.value.reason


def test_a_redirect_is_not_followed(now: datetime) -> None:
    elsewhere = Said("307 Temporary Redirect", "", {"Location": "/2/tweets"})
    with scripted(elsewhere) as script, script.x() as x, pytest.raises(Permanent):
        x.upload(PICTURE, now=now)
    assert len(script.asked) == 1


def test_what_was_uploaded_goes_with_the_post(now: datetime) -> None:
    taken = Said("201 Created", {"data": {"id": "7", "text": ""}})
    pictures = tuple(replace(PICTURE, content=b"", reference=each) for each in ("77", "78"))
    with scripted(taken, taken) as script, script.x() as x:
        x.send(said("The bridge", attachments=pictures), now=now)
        x.send(said("", attachments=pictures[:1]), now=now)
    assert script.asked[0].json == {"text": "The bridge", "media": {"media_ids": ["77", "78"]}}
    assert script.asked[1].json == {"media": {"media_ids": ["77"]}}
