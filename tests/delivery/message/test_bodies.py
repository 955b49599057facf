"""Bodies read back as they were written, whatever stands in them, and need no dot-stuffing."""

from dataclasses import replace
from typing import Any

import css_inline
import jinja2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.delivery.message import SLOTS, Frozen, build, new_marks
from publisher.errors import Refused
from tests.delivery.message.mails import ADA, body, frozen, lines, mail, read

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.strip() != ""
)


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(_TEXT)
@example("before\n.\r\nMAIL FROM:<evil@x.org>\n..\n.")
@example("bare\rreturns\r\r\nand \n trailing\t\nspaces \n\n")
@example("x" * 5000)
@example("é" * 5000)
@example("." * 5000)
@example("=" * 5000 + "\n=\n=3D")
@example("From me\n>From you\nFrom " + "." * 80)
@example("\0\x0b\x0c\x85\u2028")
@example("\N{FAMILY}\u200d\N{GRINNING FACE} \N{HEBREW LETTER ALEF} e\N{COMBINING ACUTE ACCENT}")
def test_a_text_reads_back_exactly_on_lines_that_nobody_touches(text: str) -> None:
    raw = mail(text=text, html=text)
    assert body(raw, "plain") == body(raw, "html") == _normal(text)
    for line in lines(raw)[1]:
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert line == line.rstrip()


@given(_TEXT)
@example("")
@example("." * 100)
@example("x" * 75)
@example("x" * 76)
@example("trailing \n")
def test_a_slot_takes_any_value_in_any_place(value: str) -> None:
    marks = new_marks("word")
    reader = replace(ADA, values={**ADA.values, "word": value})
    pattern = "{0}{0} in the line {0}\n{0}\n{0}."
    raw = mail(reader, marks, text=pattern.format(marks.word), html="<p>x")
    assert body(raw, "plain") == pattern.format(_normal(value))
    assert max(map(len, lines(raw)[1])) <= 76
    assert not [line for line in lines(raw)[1] if line.startswith(b".")]


def test_a_value_is_escaped_in_html_only() -> None:
    marks = new_marks()
    mallory = replace(ADA, name='<b>"M & M"</b>')
    raw = mail(mallory, marks, text=f"Hi {marks.name}", html=f"<p>Hi {marks.name}</p>")
    assert body(raw, "plain") == 'Hi <b>"M & M"</b>'
    assert body(raw, "html") == "<p>Hi &lt;b&gt;&quot;M &amp; M&quot;&lt;/b&gt;</p>"


def test_a_reader_without_a_name_is_called_what_the_caller_says() -> None:
    marks = new_marks()
    nobody = replace(ADA, name="", values={**ADA.values, "name": "reader"})
    raw = mail(nobody, marks, text=f"Dear {marks.name} at {marks.address},")
    assert body(raw, "plain") == "Dear reader at ada@example.org,"
    assert read(raw)["to"] == "ada@example.org"


def test_marks_survive_autoescape_and_inlining() -> None:
    marks = new_marks()
    template = jinja2.Environment(autoescape=True).from_string(
        "<style>a { color: red }</style><p title='{{ marks.name }}'>Dear {{ marks.name }}, "
        '<a href="{{ marks.preferences_url }}">change</a></p>'
    )
    inlined = css_inline.CSSInliner().inline(template.render(marks=marks))
    html = body(mail(marks=marks, html=inlined), "html")
    assert 'title="Ada">Dear Ada, <a href="https://courier.example/preferences/tok-1/?' in html
    assert '?a=1&amp;b=2" style="color: red' in html


def test_a_mistyped_slot_is_undefined_in_a_template() -> None:
    strict = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    with pytest.raises(jinja2.UndefinedError):
        strict.from_string("{{ marks.nmae }}").render(marks=new_marks())


@pytest.mark.parametrize("change", ["truncate(8, True, '')", "urlencode"])
def test_a_filter_that_spoils_a_mark_is_refused(change: str) -> None:
    marks = new_marks()
    template = jinja2.Environment(autoescape=True).from_string(f"{{{{ marks.name | {change} }}}}")
    text = template.render(marks=marks)
    with pytest.raises(Refused, match="without filters"):
        frozen(marks, text=text)


def test_marks_of_another_mail_are_only_text() -> None:
    marks, other = new_marks(), new_marks()
    text = "".join(getattr(other, slot) for slot in SLOTS)
    mallory = replace(ADA, name=other.name)
    raw = mail(mallory, marks, text=f"{text}{marks.name}")
    assert body(raw, "plain") == text + other.name


def test_a_value_that_is_a_mark_of_this_mail_is_not_filled_again() -> None:
    marks = new_marks()
    mallory = replace(ADA, name=marks.unsubscribe_url)
    assert body(mail(mallory, marks, text=marks.name), "plain") == marks.unsubscribe_url


@pytest.mark.parametrize("name", ["Name", "_name", "a b", "", "split", "nonce", "a" * 64])
def test_a_slot_has_a_plain_name(name: str) -> None:
    with pytest.raises(Refused, match="cannot name a slot"):
        new_marks(name)


def test_a_recipient_without_a_value_is_refused_by_slot() -> None:
    marks = new_marks()
    with pytest.raises(Refused, match="'preferences_url'"):
        mail(
            replace(ADA, values={"unsubscribe_url": "https://x/"}),
            marks,
            text=marks.preferences_url,
        )


def test_half_a_character_is_refused() -> None:
    marks = new_marks()
    with pytest.raises(Refused, match="half a character"):
        mail(text="\ud83d")
    with pytest.raises(Refused, match="half a character"):
        mail(replace(ADA, name="\ud83d"), marks, text=marks.name)


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_a_mail_without_a_part_is_refused(part: str) -> None:
    blank: dict[str, Any] = {part: " "}
    with pytest.raises(Refused, match=f"no {part}"):
        frozen(**blank)


def test_a_sender_name_is_the_same_for_everybody() -> None:
    marks = new_marks()
    with pytest.raises(Refused, match="sender name is the same"):
        frozen(marks, sender_name=marks.name)


def test_a_frozen_mail_is_stored_and_read_back() -> None:
    marks = new_marks("click_1")
    html = f"<a href='{marks.click_1}'>{marks.name}</a>"
    mailing = frozen(marks, subject=f"For {marks.name}", text=marks.name, html=html)
    stored = Frozen.from_bytes(mailing.to_bytes())
    assert stored.to_bytes() == mailing.to_bytes()
    assert stored.message_domain == "courier.example"
    assert stored.slots == {"name", "click_1", "unsubscribe_url"}
    reader = replace(ADA, values={**ADA.values, "click_1": "https://courier.example/c/t/"})
    assert build(stored, reader) == build(mailing, reader)


def test_a_mail_of_another_format_is_refused() -> None:
    newer = frozen().to_bytes().replace(b'"version":1', b'"version":2')
    with pytest.raises(Refused, match="format 2"):
        Frozen.from_bytes(newer)


def test_two_freezes_have_two_boundaries_and_two_nonces() -> None:
    first, second = read(mail()), read(mail())
    assert first.get_boundary() != second.get_boundary()
    assert new_marks().name != new_marks().name


def test_filling_twice_gives_the_same_bytes() -> None:
    mailing = frozen()
    assert build(mailing, ADA) == build(mailing, ADA)


def test_both_parts_are_utf_8_in_quoted_printable() -> None:
    message = read(mail())
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert {part["content-transfer-encoding"] for part in parts} == {"quoted-printable"}
    assert {part.get_content_charset() for part in parts} == {"utf-8"}
