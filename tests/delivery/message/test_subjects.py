"""Thousands of odd subjects, read back by the standard library and by a stricter reader."""

from email import policy
from email.parser import BytesHeaderParser
from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.message import strict
from tests.delivery.message.mails import lines, mail

ODD = (
    *("Ferry", "é", "日本語", "مرحبا", "\N{FAMILY}\u200d\N{GRINNING FACE}", "e\u0301", "\u202eabc"),
    *("=?utf-8?q?a=0D=0ABcc:_evil@x.org?=", "=?", "?=", "=20", "_", "?", "=", "=?utf-8?b??="),
    *(" ", "  ", '"', "\\", "(a)", "<b@c>", ",", ";", ":", "%", "\xa0", "\u00ad", "\ufeff"),
    *("w" * 70, "é" * 30, "word " * 16, "{{7*7}}", "Re: ", "\U0010ffff"),
)
SUBJECTS = tuple(
    subject for subject in map("".join, islice(permutations(ODD, 3), 0, None, 8)) if subject.strip()
)


def read_back(subject: str) -> None:
    """Check that both readers see this subject, and nothing else in its place."""
    raw = mail(subject=subject)
    # The head alone: reading the parts of the body thousands of times says nothing of a subject.
    parsed = BytesHeaderParser(policy=policy.default).parsebytes(raw)
    assert str(parsed["subject"]) == subject
    assert strict.header(raw, "Subject") == subject
    assert max(map(len, lines(raw)[0])) <= 78


def test_there_are_four_thousand() -> None:
    assert len(set(SUBJECTS)) >= 4000


@pytest.mark.parametrize("part", range(8))
def test_an_odd_subject_reads_back_exactly(part: int) -> None:
    for subject in SUBJECTS[part::8]:
        read_back(subject)


@given(
    st.lists(st.sampled_from(ODD), min_size=1, max_size=8)
    .map("".join)
    .filter(lambda subject: subject.strip() != "")
)
def test_any_mixture_of_odd_pieces_reads_back_exactly(subject: str) -> None:
    read_back(subject)
