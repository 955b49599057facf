"""One reader understands what more than fifty programs write."""

import pytest

from publisher.delivery.bounces import parse
from tests.delivery.bounces.families import NOTICES, Notice
from tests.delivery.bounces.mails import mail


@pytest.mark.parametrize("notice", NOTICES, ids=[notice.program for notice in NOTICES])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "dos", "mac"])
def test_a_notice_says_whom_it_means_and_what_was_wrong(notice: Notice, line_end: str) -> None:
    raw = mail(notice.headers, notice.body).replace(b"\n", line_end.encode())
    reports = parse(raw)
    assert [(r["recipient"], r["group"], r["permanent"], r["hard"]) for r in reports] == notice.says
    assert {r["kind"] for r in reports} == {"bounce"}


@pytest.mark.parametrize("notice", NOTICES, ids=[notice.program for notice in NOTICES])
def test_a_reason_is_one_short_line(notice: Notice) -> None:
    for report in parse(mail(notice.headers, notice.body)):
        assert 3 <= len(report["reason"]) <= 300
        assert "\n" not in report["reason"]
