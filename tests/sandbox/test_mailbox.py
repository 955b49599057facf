"""The built-in mailbox keeps every mail as it came and shows it without believing a word of it."""

import asyncio
import json
import re
import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.channels.smtp import Envelope, Outcome, Relay, RelayUrl
from publisher.delivery.message import Draft, Recipient, build, freeze, new_marks
from publisher.sandbox.mailbox import Mailbox, MailboxServer

MOMENT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where mail is kept."""
    return tmp_path / "mailbox"


@pytest.fixture
def mailbox(folder: Path) -> Mailbox:
    """Return an empty mailbox whose clock goes a second further with every mail."""
    seconds = iter(range(10**6))
    return Mailbox(folder, lambda: MOMENT + timedelta(seconds=next(seconds)))


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    """Return where the mailbox listens."""
    server = MailboxServer(mailbox)
    yield server.start()
    server.stop()


class Page:
    """What the mailbox answered."""

    def __init__(self, mailbox: Mailbox, path: str, query: str = "", method: str = "GET") -> None:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "/box",
            "PATH_INFO": path,
            "QUERY_STRING": query,
        }
        self.body = b"".join(mailbox(environ, self._start)).decode()

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = int(status.split()[0])
        self.headers = dict(headers)


def keep(
    mailbox: Mailbox, raw: bytes = b"Subject: Hello\r\n\r\nx\r\n", to: str = "ada@x.org"
) -> int:
    """Put a mail into the mailbox."""
    return mailbox.keep(raw, mail_from="bounces@x.org", rcpt_tos=[to])


def mail(**changes: str) -> bytes:
    """Return a mail as Publisher makes it."""
    fields = {
        "sender_name": "The Courier",
        "sender_address": "daily@courier.example",
        "subject": "Zoë: news",
        "text": "Good morning.\n.\nYours",
        "html": "<p>Good morning</p>",
        "message_domain": "courier.example",
    } | changes
    marks = new_marks()
    frozen = freeze(Draft(**fields, one_click=False), marks)  # type: ignore[arg-type] # all text
    return build(frozen, Recipient("ada@x.org", "Ada", MOMENT, "1@courier.example"))


def test_what_the_relay_sends_is_kept_as_it_was(port: int, folder: Path) -> None:
    outcomes: list[Outcome] = []
    raw = mail()
    letters = [Envelope(key, "b@x.org", f"reader{key}@x.org", raw) for key in range(30)]

    async def act() -> dict[str, str]:
        relay = Relay(RelayUrl("127.0.0.1", port, connections=3))
        await relay.send(
            iter(letters),
            on_outcome=outcomes.append,
            on_doubt=lambda _: None,
            may_send=lambda: True,
        )
        extensions = await relay.probe()
        await relay.close()
        return extensions

    assert "PIPELINING" in asyncio.run(act())
    assert {outcome.verdict for outcome in outcomes} == {"sent"}
    kept = sorted(folder.glob("*.eml"))
    assert [path.name for path in kept] == [f"{number:08}.eml" for number in range(1, 31)]
    assert {path.read_bytes() for path in kept} == {raw}
    to = {json.loads(path.with_suffix(".json").read_text())["rcpt_tos"][0] for path in kept}
    assert to == {letter.recipient for letter in letters}


def test_the_envelope_stands_beside_the_mail(port: int, folder: Path) -> None:
    raw = mail()
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("bounces+1@courier.example", ["ada@x.org", "ben@x.org"], raw)
    assert (folder / "00000001.eml").read_bytes() == raw
    assert json.loads((folder / "00000001.json").read_text()) == {
        "mail_from": "bounces+1@courier.example",
        "rcpt_tos": ["ada@x.org", "ben@x.org"],
        "received_at": "2026-11-23T08:00:00+00:00",
    }


def test_a_mail_that_is_too_big_is_refused(port: int, folder: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        answer, _ = client.docmd("MAIL FROM:<b@x.org> SIZE=30000001")
        assert client.esmtp_features["size"] == "30000000"
    assert answer >= 500
    assert not list(folder.glob("*.eml"))


def test_a_mailbox_that_cannot_keep_a_mail_asks_to_come_again(port: int, folder: Path) -> None:
    folder.rmdir()
    with smtplib.SMTP("127.0.0.1", port) as client, pytest.raises(smtplib.SMTPDataError) as caught:
        client.sendmail("b@x.org", ["ada@x.org"], mail())
    assert caught.value.smtp_code == 451


def test_numbers_go_on_where_an_earlier_process_stopped(mailbox: Mailbox, folder: Path) -> None:
    keep(mailbox)
    keep(mailbox)
    later = Mailbox(folder, lambda: MOMENT)
    assert [keep(later), keep(mailbox), keep(later)] == [3, 4, 5]
    assert len(list(folder.glob("*.eml"))) == 5
    assert not list(folder.glob("*.part"))


def test_a_taken_port_is_an_error_at_once(port: int, mailbox: Mailbox) -> None:
    with pytest.raises(OSError, match="address already in use"):
        MailboxServer(mailbox).start(port=port)


def test_stopping_hangs_up(mailbox: Mailbox) -> None:
    server = MailboxServer(mailbox)
    port = server.start()
    with socket.create_connection(("127.0.0.1", port)) as client:
        assert client.recv(1024).startswith(b"220 ")
        server.stop()
        assert client.recv(1024) == b""
    server.stop()


def test_the_list_shows_the_newest_first_and_finds_by_address(mailbox: Mailbox) -> None:
    keep(mailbox, mail(subject="First"), "ada@x.org")
    keep(mailbox, mail(subject="Second"), "ben@x.org")
    page = Page(mailbox, "/")
    assert page.status == 200
    assert page.body.index("Second") < page.body.index("First")
    assert 'href="/box/messages/2/"' in page.body
    found = Page(mailbox, "/", "to=ADA%40")
    assert "First" in found.body
    assert "Second" not in found.body
    assert "Nobody of that address" in Page(mailbox, "/", "to=cleo").body


def test_an_empty_mailbox_says_so(mailbox: Mailbox) -> None:
    assert "No mail yet" in Page(mailbox, "/").body


def test_the_list_is_paged(mailbox: Mailbox) -> None:
    for number in range(120):
        keep(mailbox, b"Subject: number <%d>\r\n\r\n" % number)
    first, last = Page(mailbox, "/", "to=ada"), Page(mailbox, "/", "page=3")
    assert re.findall(r"number &lt;(\d+)&gt;", first.body) == [str(n) for n in range(119, 69, -1)]
    assert 'href="/box/?to=ada&amp;page=2"' in first.body
    assert re.findall(r"number &lt;(\d+)&gt;", last.body) == [str(n) for n in range(19, -1, -1)]
    assert "Older" not in last.body
    for nonsense in ("page=99", "page=-1", "page=x", "page=²"):
        assert Page(mailbox, "/", nonsense).status == 200


def test_programs_read_json(mailbox: Mailbox) -> None:
    keep(mailbox, mail())
    keep(mailbox, mail(), "ben@x.org")
    page = Page(mailbox, "/messages.json")
    assert page.headers["Content-Type"] == "application/json"
    assert json.loads(page.body)[1] == {
        "id": 1,
        "to": "ada@x.org",
        "subject": "Zoë: news",
        "message_id": "<1@courier.example>",
        "received_at": "2026-11-23T08:00:00+00:00",
    }
    assert [row["to"] for row in json.loads(Page(mailbox, "/messages.json", "to=ben").body)] == [
        "ben@x.org"
    ]


def test_a_mail_is_shown_in_four_ways_and_downloaded(mailbox: Mailbox) -> None:
    raw = mail(html='<p><a href="https://courier.example/?a=1&amp;b=2">Read <b>on</b></a></p>')
    keep(mailbox, raw)
    html = Page(mailbox, "/messages/1/")
    assert '<iframe src="/box/messages/1/body.html" sandbox' in html.body
    assert 'href="https://courier.example/?a=1&amp;b=2"' in html.body
    assert "Read on" in html.body
    assert "Good morning.\n.\nYours" in Page(mailbox, "/messages/1/text").body
    headers = " ".join(Page(mailbox, "/messages/1/headers").body.split())
    assert "<dd> Zoë: news </dd>" in headers
    assert "<dd> The Courier &lt;daily@courier.example&gt; </dd>" in headers
    assert "quoted-printable" in Page(mailbox, "/messages/1/source").body
    assert Page(mailbox, "/messages/1.eml").body.encode() == raw


def test_the_html_of_a_mail_is_locked_up(mailbox: Mailbox) -> None:
    keep(mailbox, mail(html="<script>alert(1)</script>"))
    page = Page(mailbox, "/messages/1/body.html")
    assert page.body == "<script>alert(1)</script>"
    assert page.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src * data:"
    )
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_nothing_of_a_mail_is_markup_on_the_mailboxs_own_pages(mailbox: Mailbox) -> None:
    evil = "<img src=x onerror=alert(1)>"
    raw = mail(subject=evil, sender_name=evil, text=evil, html=f'<a href="javascript:x">{evil}</a>')
    keep(mailbox, raw, to=f'"{evil}"@x.org')
    views = ["text", "headers", "source", ""]
    for path in ["/", *(f"/messages/1/{view}" for view in views)]:
        page = Page(mailbox, path, "to=%22%3E%3Cimg" if path == "/" else "")
        assert "<img" not in page.body
        assert "javascript:" not in page.body or path.endswith("source")
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no headers at all",
        b"Subject: =?nonsense?b?!!!?= =?utf-8?b?x?=\r\n\r\n",
        b"Subject: \xff\xfe raw octets\r\n\r\n\xff",
        b"Subject: =?utf-8?q?a=0D=0ABcc:_evil?=\r\n\r\n",
        b"Content-Type: text/html; charset=klingon\r\n\r\n<p>\xff",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    ],
)
def test_a_badly_made_mail_is_shown_all_the_same(mailbox: Mailbox, raw: bytes) -> None:
    keep(mailbox, raw)
    for path in (
        "/",
        "/messages.json",
        *(f"/messages/1/{view}" for view in ("", "text", "source")),
    ):
        assert Page(mailbox, path).status == 200
    assert Page(mailbox, "/messages/1/headers").status == 200
    assert Page(mailbox, "/messages/1/body.html").status == 200


@pytest.mark.parametrize(
    "path",
    ["/x", "/messages/2/", "/messages/1/x", "/messages/../1/", "/messages/00000001.json", "//"],
)
def test_what_is_not_there_is_not_found(mailbox: Mailbox, path: str) -> None:
    keep(mailbox)
    assert Page(mailbox, path).status == 404


def test_the_pages_only_show(mailbox: Mailbox) -> None:
    assert Page(mailbox, "/", method="POST").status == 405
    head = Page(mailbox, "/", method="HEAD")
    assert head.status == 200
    assert head.body == ""
    assert int(head.headers["Content-Length"]) > 0


def test_a_folder_that_was_emptied_is_empty(mailbox: Mailbox, folder: Path) -> None:
    keep(mailbox)
    assert len(json.loads(Page(mailbox, "/messages.json").body)) == 1
    for path in folder.iterdir():
        path.unlink()
    assert json.loads(Page(mailbox, "/messages.json").body) == []
