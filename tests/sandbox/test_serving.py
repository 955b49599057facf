"""The mailbox and the stand-in for X behind one HTTP port."""

import smtplib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from publisher.channels.posts import Attachment
from publisher.channels.x import Keys, X
from publisher.embedded.places import Places
from publisher.sandbox.serving import serving
from tests import ports
from tests.channels.messages import said

KEYS = Keys("ck", "cs", "20261123-at", "ats")
ACCOUNTS = {"20261123-at": ("ck", "cs", "ats", "courier")}


@pytest.fixture
def smtp_port() -> int:
    return ports.free(1)[0]


@pytest.fixture
def page(tmp_path: Path, smtp_port: int) -> Iterator[str]:
    """Serve both, and give the address of the page."""
    places = Places(tmp_path)
    with serving(places, smtp_port=smtp_port, web_port=0, accounts=ACCOUNTS) as url:
        yield url


def test_mail_that_came_by_smtp_is_on_the_page(page: str, smtp_port: int) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_port) as line:
        line.sendmail(
            "daily@courier.example", "ada@example.org", "Subject: The ferry\n\nIs late.\n"
        )
    (row,) = httpx.get(f"{page}/messages.json").json()
    assert (row["to"], row["subject"]) == ("ada@example.org", "The ferry")
    assert "The ferry" in httpx.get(f"{page}/").text


def test_a_signed_post_is_taken_below_x(page: str, now: datetime) -> None:
    channel = X(KEYS, api_url=f"{page}/x")
    channel.send(said("The ferry sails again."), now=now)
    channel.close()
    (row,) = httpx.get(f"{page}/x/_posts.json").json()
    assert (row["account"], row["text"]) == ("courier", "The ferry sails again.")
    assert "The ferry sails again." in httpx.get(f"{page}/x").text


def test_a_signed_picture_is_taken_below_x_too(page: str, now: datetime) -> None:
    channel = X(KEYS, api_url=f"{page}/x")
    video = Attachment("video/mp4", "", 1, 1, b"a ferry")
    upload = channel.upload(video, now=now)
    assert channel.uploaded(upload.reference, now=now).reference == upload.reference
    channel.close()


def test_without_accounts_there_is_no_stand_in(tmp_path: Path) -> None:
    with serving(Places(tmp_path), smtp_port=0, web_port=0) as url:
        assert httpx.get(f"{url}/x/_posts.json").status_code == 404


def test_a_taken_port_is_an_error(tmp_path: Path, page: str, smtp_port: int) -> None:
    with (
        pytest.raises(OSError, match="in use"),
        serving(Places(tmp_path), smtp_port=smtp_port, web_port=0),
    ):
        pass
