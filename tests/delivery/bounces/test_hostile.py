"""Whatever bytes come in, something bounded comes out and nothing is raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.bounces import dsn, mime, parse, prose
from tests.delivery.bounces.families import NOTICES
from tests.delivery.bounces.mails import OURS, failed, mail, status

HEAD = f"From: MAILER-DAEMON@hub.example\nTo: {OURS}\nSubject: Undelivered Mail\n".encode()
REPORT = HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
MEGABYTE = 1024 * 1024

NASTY = {
    "ten megabytes of one letter": HEAD + b"\nfailed\n" + b"a" * (10 * MEGABYTE),
    "ten megabytes of at signs": HEAD + b"\nfailed\n" + b"@" * (10 * MEGABYTE),
    "ten megabytes of blank lines": HEAD + b"\nfailed\n" + b"\n" * (10 * MEGABYTE),
    "ten megabytes of NUL": b"\0" * (10 * MEGABYTE),
    "a million headers": HEAD + b"X-A: b\n" * 1_000_000 + b"\nfailed",
    "a header without end": HEAD + b"X-A:" + b" b\n" * 1_000_000,
    "a thousand boxes in boxes": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
               for i in range(1000)),
    "a thousand mails in mails": HEAD + b"Content-Type: message/rfc822\n\n" * 1000,
    "a delimiter a line": REPORT + b"--b\n" * 500_000,
    "almost a delimiter a line": REPORT + b"--c\n" * 500_000,
    "base64 without end": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUFB" * MEGABYTE,
    "base64 of nothing": HEAD + b"Content-Transfer-Encoding: base64\n\n====" + b"\xff" * 99,
    "tags that never close": HEAD + b"Content-Type: text/html\n\nfailed" + b"<style" * MEGABYTE,
    "spaces for a careless pattern": HEAD + b"\nfailed\n" + b" " * MEGABYTE + b"x",
    "labels for a careless pattern": HEAD + b"\nfailed " + b"recipient to " * 100_000 + b"a@b.x",
    "codes for a careless pattern": HEAD + b"\nfailed a@b.x " + b"550-5.1.1 " * 100_000,
    "words of a careless subject": b"Subject: " + b"=?utf-8?q?not " * 100_000 + b"\n\nfailed",
    "JSON without bottom": b'\n\n{"notificationType":"Bounce","bounce":' + b"[" * MEGABYTE,
    "a charset of nowhere": HEAD + b"Content-Type: text/plain; charset=zlib\n\nfailed \xff\xfe",
}  # fmt: skip


@pytest.mark.parametrize("raw", NASTY.values(), ids=NASTY.keys())
def test_a_nasty_mail_yields_little(raw: bytes) -> None:
    assert len(parse(raw)) <= 1


@given(st.binary(max_size=2000))
def test_no_bytes_raise(raw: bytes) -> None:
    parse(raw)
    parse(HEAD + b"\n" + raw)
    parse(REPORT + b"Content-Type: message/delivery-status\n\n" + raw)


@given(st.data())
def test_no_damage_to_a_real_report_raises(data: st.DataObject) -> None:
    notice = data.draw(st.sampled_from(NOTICES))
    raw = data.draw(st.sampled_from([mail(notice.headers, notice.body), failed("550 5.1.1 no")]))
    start, length = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 200))
    parse(raw[:start] + data.draw(st.binary(max_size=20)) + raw[start + length :])


def test_a_report_of_everybody_is_cut_short() -> None:
    many = [f"Final-Recipient: rfc822; a{i}@b.example\nAction: failed" for i in range(1000)]
    assert len(parse(REPORT + status(*many).encode())) == dsn.MAX_RECIPIENTS
    lines = b"".join(b"<a%d@b.example>: failed\n" % i for i in range(1000))
    assert len(parse(HEAD + b"\n" + lines)) == prose.MAX_RECIPIENTS


def test_a_mail_is_read_up_to_its_limits() -> None:
    found = mime.split(HEAD + b"\n" + b"word " * MEGABYTE)
    assert sum(len(part.body) for part in found.parts) < mime.MAX_MAIL_BYTES
    assert len(found.parts[0].text) <= mime.MAX_TEXT_BYTES
    assert len(mime.split(REPORT + b"--b\n\nx\n" * 1000).parts) <= mime.MAX_PARTS
    assert len(mime.split(b"X-A: b\n" * 5000).headers["x-a"]) == mime.MAX_HEADERS
