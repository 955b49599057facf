"""The small server takes what X takes, and no more."""

from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from publisher.sandbox.x import serve


@pytest.fixture
def url() -> Iterator[str]:
    """Serve an application that tells how much it was sent."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["CONTENT_LENGTH"].encode()]

    with serve(app) as address:
        yield address


def test_a_part_of_a_video_is_taken_in_base64(url: str) -> None:
    body = b"x" * (5 * 1024 * 1024 * 4 // 3 + 100)
    assert httpx.post(url, content=body).text == str(len(body))


def test_more_than_that_is_too_much(url: str) -> None:
    line = HTTPConnection(url.removeprefix("http://"), timeout=5)
    line.putrequest("POST", "/")
    line.putheader("Content-Length", "8000001")
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()
