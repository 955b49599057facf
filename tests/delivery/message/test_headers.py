"""Headers read back as they were meant, fit their lines, and hold nothing that was smuggled in."""

from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32
from email.utils import parseaddr
from typing import Any

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.delivery.message import new_marks
from publisher.errors import Refused
from tests.delivery.message.mails import ADA, lines, mail, read

_LINE_BREAKERS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029"]
_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=_LINE_BREAKERS), min_size=1
).filter(lambda text: text.strip() != "")


def _name(raw: bytes, header: str) -> str:
    # Not `display_name` of the newer parser, which wrongly keeps the space between two encoded
    # words in a name (RFC 2047 section 6.2).
    name, _ = parseaddr(message_from_bytes(raw, policy=compat32)[header])
    return str(make_header(decode_header(name)))


@given(_TEXT)
@example("Morning news")
@example("x =?utf-8?q?a=0D=0ABcc:_evil@x.org?= y")
@example("=?utf-8?b?QQ==?=")
@example("word " * 60 + "end")
@example("w" * 1500)
@example("two  spaces, and one at the end ")
@example("\N{FAMILY}\u200d\N{GRINNING FACE}" * 80)
@example("e\N{COMBINING ACUTE ACCENT}" * 100)
@example("\N{HEBREW LETTER ALEF}\N{RIGHT-TO-LEFT OVERRIDE}abc")
def test_a_subject_reads_back_exactly_and_fits_its_lines(subject: str) -> None:
    raw = mail(subject=subject)
    assert read(raw)["subject"] == subject
    assert max(map(len, lines(raw)[0])) <= 78


@given(_TEXT)
@example('O"Brien, \\Ada (chief) <x@y>')
@example("=?utf-8?q?Ada?=")
@example("Ada  Lovelace ")
@example("Zoë " * 100)
@example("a" * 200)
def test_a_name_reads_back_exactly_and_leaves_one_address(name: str) -> None:
    raw = mail(replace(ADA, name=name), sender_name=name)
    for header, address in (("to", "ada@example.org"), ("from", "daily@courier.example")):
        (mailbox,) = read(raw)[header].addresses
        assert mailbox.addr_spec == address
        assert _name(raw, header) == name
    assert max(map(len, lines(raw)[0])) <= 78


def test_a_name_of_plain_words_is_written_as_it_is() -> None:
    head = lines(mail(sender_name="The Courier's Desk"))[0]
    assert b"From: The Courier's Desk <daily@courier.example>" in head
    assert b"To: Ada <ada@example.org>" in head


def test_a_reader_without_a_name_is_written_to_by_address() -> None:
    assert b"To: ada@example.org" in lines(mail(replace(ADA, name="")))[0]


def test_every_header_stands_there_once() -> None:
    message = read(mail(headers={"Auto-Submitted": "auto-generated", "Feedback-ID": "9:daily"}))
    assert sorted(message.keys()) == sorted(
        [
            *("To", "Date", "Message-ID", "From", "Reply-To", "Subject"),
            *("List-Id", "List-Archive", "List-Unsubscribe", "List-Unsubscribe-Post"),
            *("Auto-Submitted", "Feedback-ID", "MIME-Version", "Content-Type"),
        ]
    )
    assert message["date"].datetime == ADA.date
    assert message["message-id"] == "<1a2b@courier.example>"
    assert message["list-id"] == "Daily <daily.courier.example>"
    assert message["list-archive"] == "<https://courier.example/newsletters/daily/>"
    assert message["list-unsubscribe"] == "<https://courier.example/unsubscribe/tok-1/>"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


def test_a_confirmation_mail_has_no_list_headers() -> None:
    message = read(mail(one_click=False, list_id="", archive_url="", reply_to=""))
    assert not [name for name in message if name.lower().startswith(("list-", "reply-to"))]


def test_a_list_without_a_name_is_its_identifier() -> None:
    assert read(mail(list_name=""))["list-id"] == "<daily.courier.example>"


def test_a_subject_can_greet_the_reader() -> None:
    marks = new_marks()
    subject = f"Good morning, {marks.name}!"
    assert read(mail(marks=marks, subject=subject))["subject"] == "Good morning, Ada!"
    zoe = replace(ADA, name="Zoë =?utf-8?q?x?=")
    assert read(mail(zoe, marks, subject=subject))["subject"] == f"Good morning, {zoe.name}!"
    assert read(mail(replace(ADA, name=""), marks, subject=marks.name))["subject"] == ""


@pytest.mark.parametrize(
    "smuggled", ["\r\nBcc: evil@x", "\n", "\r", "\0", "\x1b", "\x85", "\u2028"]
)
@pytest.mark.parametrize(
    "field",
    [
        *("subject", "sender_name", "sender_address", "reply_to"),
        *("list_id", "list_name", "archive_url", "message_domain"),
    ],
)
def test_no_field_of_a_draft_smuggles_a_line(field: str, smuggled: str) -> None:
    change: dict[str, Any] = {field: f"daily@courier.example{smuggled}x"}
    with pytest.raises(Refused):
        mail(**change)


@pytest.mark.parametrize("smuggled", ["\r\nBcc: evil@x", "\n", "\r", "\0", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["address", "name", "message_id"])
def test_no_field_of_a_recipient_smuggles_a_line(field: str, smuggled: str) -> None:
    change: dict[str, Any] = {field: f"ada@example.org{smuggled}x"}
    with pytest.raises(Refused):
        mail(replace(ADA, **change))


@pytest.mark.parametrize("link", ["", "https://x/>\r\nBcc: e@x", "https://x/ y", "https://x/é"])
def test_no_link_leaves_its_list_header(link: str) -> None:
    with pytest.raises(Refused, match="unsubscribe_url"):
        mail(replace(ADA, values={"unsubscribe_url": link}))


def test_a_refused_subject_is_named_with_its_character() -> None:
    with pytest.raises(Refused, match=r"subject contains a line break .*U\+000D"):
        mail(subject="x\r\nBcc: evil@x")


@pytest.mark.parametrize("name", ["Subject", "bcc", "X Y", "X:", "", "X-\r\nBcc", "DATE"])
def test_an_extra_header_is_none_of_ours_and_well_formed(name: str) -> None:
    with pytest.raises(Refused, match="extra header"):
        mail(headers={name: "x"})


def test_an_extra_header_cannot_stand_there_twice() -> None:
    with pytest.raises(Refused, match="extra header"):
        mail(headers={"X-Desk": "1", "x-desk": "2"})


def test_international_domains_are_written_as_a_labels() -> None:
    raw = mail(replace(ADA, address="ada@bücher.example"), sender_address="daily@Zürich.example")
    message = read(raw)
    assert message["to"].addresses[0].addr_spec == "ada@xn--bcher-kva.example"
    assert message["from"].addresses[0].addr_spec == "daily@xn--zrich-kva.example"


@pytest.mark.parametrize(
    "address", ["zoë@example.org", "чеховъ@почта.example", "阿达+x@example.org"]
)
def test_a_reader_may_have_letters_of_any_script(address: str) -> None:
    line = lines(mail(replace(ADA, address=address)))[0][0].decode()
    local, _, domain = address.partition("@")
    assert line == f"To: Ada <{local}@{idna.encode(domain).decode()}>"
    with pytest.raises(Refused, match="without accents"):
        mail(sender_address=address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "ada",
            "@example.org",
            "ada@",
            "é é@example.org",
            "é\u202ea@x.org",
            "é\u2028@x.org",
            "a b@example.org",
            "<a@x.org>",
        ),
        *("é,a@x.org", "é<a@x.org", ".é@x.org", f"{'é' * 33}@x.org", "é\x85@x.org"),
        *("a@x.org, b@x.org", '"a b"@x.org', ".a@x.org", f"{'a' * 65}@x.org"),
        *("a@[127.0.0.1]", "a@x..org", "a@-x.org", f"a@{'x.' * 130}org"),
        "a@\N{RIGHT-TO-LEFT OVERRIDE}.org",
    ],
)
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="recipient address"):
        mail(replace(ADA, address=address))
    with pytest.raises(Refused, match="sender address"):
        mail(sender_address=address)


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(Refused, match="time zone"):
        mail(replace(ADA, date=ADA.date.replace(tzinfo=None)))
