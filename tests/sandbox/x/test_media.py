"""Pictures and videos are taken in parts, within X's sizes, and posted only when they are ready."""

from datetime import timedelta

import pytest

from tests.sandbox.x.calling import Caller
from tests.sandbox.x.uploads import (
    GIF,
    PICTURE,
    UPLOAD,
    VIDEO,
    append,
    append_in_json,
    begin,
    begun,
    describe,
    finalize,
    status,
    uploaded,
)

MB = 1024 * 1024


def test_a_picture_is_ready_when_it_is_finalized(caller: Caller) -> None:
    media_id = begun(caller, 6)
    append(caller, media_id, 0, b"pixels")
    done = finalize(caller, media_id).json["data"]
    assert (done["id"], done["size"], done["media_key"]) == (media_id, 6, f"3_{media_id}")
    assert "processing_info" not in done
    assert caller.show("Look", media_id).status == 201
    assert caller.received()[0]["media"][0]["id"] == media_id


def test_parts_come_as_forms_and_as_json_in_any_order(caller: Caller) -> None:
    media_id = begun(caller, 9)
    append_in_json(caller, media_id, 2, b"\n--gull")
    append(caller, media_id, 0, b"\r")
    assert append(caller, media_id, 1, b"\n").json["data"]["expires_at"] > 0
    assert finalize(caller, media_id).status == 200
    caller.show("", media_id)
    assert caller.call("GET", f"/_media/{media_id}").body == b"\r\n\n--gull"


def test_a_video_is_processed_before_it_is_posted(caller: Caller) -> None:
    media_id = begun(caller, 6, VIDEO)
    append(caller, media_id, 0, b"frames")
    processing = finalize(caller, media_id).json["data"]["processing_info"]
    assert (processing["state"], processing["check_after_secs"]) == ("pending", 1)
    assert caller.show("Look", media_id).status == 400
    states = [status(caller, media_id).json["data"]["processing_info"] for _ in range(2)]
    assert [each["state"] for each in states] == ["in_progress", "succeeded"]
    assert caller.show("Look", media_id).status == 201


def test_processing_takes_as_many_questions_as_were_ordered(caller: Caller) -> None:
    caller.order({"kind": "media-slow", "calls": 3})
    media_id = uploaded(caller, b"frames", VIDEO)
    states = [status(caller, media_id).json["data"]["processing_info"]["state"] for _ in range(4)]
    assert states == ["in_progress"] * 3 + ["succeeded"]


@pytest.mark.parametrize("kind", [VIDEO, GIF])
def test_processing_fails_where_it_was_ordered(caller: Caller, kind: tuple[str, str]) -> None:
    caller.order({"kind": "media-failed"})
    media_id = uploaded(caller, b"frames", kind)
    status(caller, media_id)
    failed = status(caller, media_id).json["data"]["processing_info"]
    assert (failed["state"], failed["error"]["name"]) == ("failed", "InvalidMedia")
    assert caller.show("Look", media_id).status == 400


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        (5 * MB + 1, PICTURE),
        (15 * MB + 1, GIF),
        (512 * MB + 1, VIDEO),
        (0, PICTURE),
        ("6", PICTURE),
        (6, ("image/png", "tweet_gif")),
        (6, ("text/html", "tweet_image")),
        (6, ("image/png", "dm_image")),
        (6, ("image/png", None)),
    ],
)
def test_what_x_would_not_take_is_not_begun(
    caller: Caller, size: object, kind: tuple[object, object]
) -> None:
    assert begin(caller, size, kind).status == 400


def test_parts_have_to_be_what_was_said(caller: Caller) -> None:
    media_id = begun(caller, 6)
    append(caller, media_id, 0, b"pix")
    assert finalize(caller, media_id).status == 400
    append(caller, media_id, 2, b"els")
    assert finalize(caller, media_id).status == 400
    append(caller, media_id, 1, b"els")
    assert finalize(caller, media_id).status == 400


def test_a_part_that_comes_again_takes_its_own_place(caller: Caller) -> None:
    media_id = begun(caller, 6)
    append(caller, media_id, 0, b"pix")
    append(caller, media_id, 0, b"pixels")
    assert finalize(caller, media_id).status == 200
    assert finalize(caller, media_id).status == 200
    assert append(caller, media_id, 1, b"more").status == 400


@pytest.mark.parametrize(("index", "content"), [(-1, b"x"), (1000, b"x"), ("x", b"x"), (0, b"")])
def test_a_part_that_x_would_not_take_is_a_bad_request(
    caller: Caller, index: object, content: bytes
) -> None:
    media_id = begun(caller, 6)
    assert append(caller, media_id, index, content).status == 400
    assert append_in_json(caller, media_id, index, content).status == 400


def test_a_part_is_five_megabytes_at_most(caller: Caller) -> None:
    media_id = begun(caller, 6 * MB, VIDEO)
    assert append(caller, media_id, 0, b"x" * 5 * MB).status == 200
    assert append(caller, media_id, 0, b"x" * (5 * MB + 1)).status == 400


@pytest.mark.parametrize("body", [b"", b"--gull--", b"--gull\r\n\r\nx\r\n--gull--"])
def test_a_form_that_is_none_is_a_bad_request(caller: Caller, body: bytes) -> None:
    path = f"{UPLOAD}/{begun(caller, 6)}/append"
    options = {"CONTENT_TYPE": "multipart/form-data; boundary=gull"}
    signature = caller.signature("POST", path)
    assert caller.call("POST", path, body, HTTP_AUTHORIZATION=signature, **options).status == 400


def test_nobody_touches_what_another_uploads(caller: Caller) -> None:
    media_id = uploaded(caller, b"pixels")
    assert caller.show("Look", media_id, token="43-ben").status == 400
    for target in (f"{UPLOAD}?command=STATUS&media_id={media_id}", f"{UPLOAD}?command=STATUS"):
        assert caller.get(target, "43-ben").status == 400


def test_media_expires(caller: Caller) -> None:
    answer = begin(caller, 6).json["data"]
    append(caller, answer["id"], 0, b"pixels")
    finalize(caller, answer["id"])
    caller.now += timedelta(seconds=answer["expires_after_secs"])
    refused = caller.show("Look", answer["id"])
    assert (refused.status, refused.json["errors"][0]["message"]) == (
        400,
        "Your media IDs are invalid.",
    )


def test_alt_text_has_a_thousand_characters_at_most(caller: Caller) -> None:
    media_id = uploaded(caller, b"pixels")
    assert describe(caller, media_id, "x" * 1001).status == 400
    assert describe(caller, media_id, "x" * 1000).status == 200
    caller.show("Look", media_id)
    assert caller.received()[0]["media"][0]["alt"] == "x" * 1000


def test_four_pictures_or_one_video_are_posted_together(caller: Caller) -> None:
    pictures = [uploaded(caller, b"pixels") for _ in range(5)]
    video = uploaded(caller, b"frames", VIDEO)
    status(caller, video)
    status(caller, video)
    assert caller.show("Look", *pictures[:4]).status == 201
    for ids in ([*pictures], [pictures[0], video], [pictures[0], pictures[0]], []):
        assert caller.show("Look again", *ids).status == 400
    assert caller.show("", video).status == 201


def test_pictures_may_stand_without_words_more_than_once(caller: Caller) -> None:
    media_id = uploaded(caller, b"pixels")
    assert [caller.show("", media_id).status for _ in range(2)] == [201, 201]


def test_a_post_with_media_ends_in_a_link_to_it(caller: Caller) -> None:
    media_id = uploaded(caller, b"pixels")
    post = caller.show("Look & see", media_id).json["data"]
    target = f"/2/tweets/{post['id']}?tweet.fields=entities,attachments"
    shown = caller.get(target).json["data"]
    (link,) = shown["entities"]["urls"]
    assert shown["text"] == f"Look &amp; see {link['url']}"
    assert link["expanded_url"] == f"https://x.com/ada/status/{post['id']}/photo/1"
    assert shown["attachments"] == {"media_keys": [f"3_{media_id}"]}
