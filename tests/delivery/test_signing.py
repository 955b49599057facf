"""DKIM signatures, read by dkimpy as a receiver would."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.signing import Key, Signer
from tests.delivery.keys import DOMAIN, keys, signer, verdicts
from tests.delivery.message import mails
from tests.factories import NOW

BOTH = [True, True]
WORDS = st.text(st.sampled_from("abc=\t ;:<>."), min_size=1, max_size=40)
LINES = st.lists(st.text(st.sampled_from("ab=C3 \t."), max_size=30), max_size=8)


def signed(message: bytes) -> bytes:
    """Return a message as a receiver has it: SMTP ends its last line where it did not end."""
    end = b"" if message.endswith(b"\r\n") else b"\r\n"
    return signer().sign(message, now=NOW) + message + end


def letter(body: bytes, *more: bytes) -> bytes:
    """Return a small mail with this body."""
    head = (b"From: Courier <daily@courier.example>", b"To: ada@example.org", b"Subject: News")
    return b"\r\n".join([*head, *more, b"", body])


@given(LINES, st.sampled_from(["", "\r\n", "\r\n\r\n \t\r\n\r\n"]))
def test_both_signatures_hold_whatever_the_body(lines: list[str], end: str) -> None:
    body = ("\r\n".join(lines) + end).encode()
    assert verdicts(signed(letter(body))) == BOTH


@given(st.lists(WORDS, min_size=1, max_size=3), st.sampled_from(["\r\n ", "\r\n\t", "\r\n  x "]))
def test_both_signatures_hold_however_headers_are_folded(words: list[str], fold: str) -> None:
    header = f"List-Id:  \t{fold.join(f'x{word}' for word in words)}".encode()
    assert verdicts(signed(letter(b"Hello\r\n", header, b"REPLY-TO:b@c.example"))) == BOTH


@pytest.mark.parametrize("text", ["Zürich: 漢字 🎉", "Hello  \t\n\n\n", ".\n\n. dots"])
def test_both_signatures_hold_on_a_mail_of_ours(text: str) -> None:
    mail = mails.mail(subject="Ein schöner  Tag in Zürich, und was sonst noch war", text=text)
    assert verdicts(signed(mail)) == BOTH


def test_what_relays_may_do_to_white_space_breaks_nothing() -> None:
    mail = signed(mails.mail(text="One  two\nthree"))
    assert verdicts(mail.replace(b"One  two", b"One two \t") + b"\r\n\r\n") == BOTH


@pytest.mark.parametrize(
    "header",
    [
        *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Reply-To", b"MIME-Version"),
        *(b"Content-Type", b"List-Id", b"List-Unsubscribe", b"List-Unsubscribe-Post"),
        *(b"Feedback-ID", b"Auto-Submitted"),
    ],
)
def test_no_header_that_matters_can_be_changed_taken_or_added(header: bytes) -> None:
    more = {"Feedback-ID": "1:courier", "Auto-Submitted": "auto-generated"}
    mail = signed(mails.mail(headers=more))
    line = re.findall(rb"(?m)^%b:[^\n]*\n(?:[ \t][^\n]*\n)*" % header, mail)[0]
    for forged in (line.replace(b": ", b": x"), b"", line * 2):
        assert not any(verdicts(mail.replace(line, forged)))


@pytest.mark.parametrize("header", [b"Cc", b"Reply-To", b"Date", b"Content-Transfer-Encoding"])
def test_a_header_that_is_missing_cannot_be_added(header: bytes) -> None:
    assert not any(verdicts(b"%b: x\r\n" % header + signed(letter(b"Hello\r\n"))))


@given(st.data())
def test_no_octet_of_the_body_can_be_changed(data: st.DataObject) -> None:
    mail = signed(letter(b"Good morning, Ada.\r\n"))
    place = data.draw(st.integers(mail.index(b"\r\n\r\n") + 4, len(mail) - 3))
    forged = mail[:place] + b"#" + mail[place + 1 :]
    assert not any(verdicts(forged))


def test_the_headers_are_folded_dated_and_without_a_length_or_an_identity() -> None:
    head = signer().sign(mails.mail(), now=NOW).decode()
    assert all(len(line) <= 76 for line in head.split("\r\n"))
    assert head.count("DKIM-Signature: v=1; a=") == 2
    assert head.count(f" t={NOW.timestamp():.0f};") == 2
    assert not re.search(r"[ ;][lix]=", head)


def test_a_long_domain_is_folded_too() -> None:
    domain = ".".join(["a" * 60] * 4)
    lines = Signer(domain, keys()).sign(letter(b""), now=NOW).split(b"\r\n")
    assert f" d={domain};".encode() in lines
    assert all(line.strip() for line in lines[:-1])


def test_one_key_is_enough(now: datetime) -> None:
    rsa, _ = keys()
    mail = letter(b"Hello\r\n")
    head = Signer(DOMAIN, [Key(rsa.selector, rsa.private)]).sign(mail, now=now)
    assert verdicts(head + mail) == [True]
