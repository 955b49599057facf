"""A mail that is taken apart says what it said as a whole."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from publisher.channels.esp.apart import taken_apart
from publisher.delivery.message import Draft, Recipient, build, freeze, new_marks

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ue0ff"),
    min_size=1,
    max_size=200,
).filter(lambda text: text.strip() and not any("\ue000" <= c <= "\ue1ff" for c in text))


@given(subject=WORDS, name=WORDS, text=WORDS)
def test_every_subject_name_and_text_comes_back(subject: str, name: str, text: str) -> None:
    draft = Draft("The Daily", "daily@courier.example", subject, text, f"<p>{text}", "c.example")
    marks = new_marks()
    to = Recipient(
        address="zoe@example.org",
        name=name,
        date=datetime(2026, 11, 23, tzinfo=UTC),
        message_id="1@c.example",
        values={"unsubscribe_url": "https://c.example/u/"},
    )
    parts = taken_apart(build(freeze(draft, marks), to))
    quoted = name.replace("\\", r"\\").replace('"', r"\"")
    assert parts.subject == subject
    assert parts.recipient == f'"{quoted}" <zoe@example.org>'
    assert (parts.text, parts.html) == (text, f"<p>{text}")
