"""What is printed for people and for programs."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from pytest_django import Settings

from publisher.cli import printing


def test_moments_are_utc_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    due_at = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    printing.one({"id": 7, "due_at": due_at, "tags": ("a", "b")}, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "id": 7,
        "due_at": "2026-11-23T08:00:00+00:00",
        "tags": ["a", "b"],
    }


def test_moments_are_the_newsrooms_for_people(settings: Settings, now: datetime) -> None:
    settings.TIME_ZONE = "Europe/Amsterdam"
    assert printing.shown(now) == "2026-11-23 09:00:00 CET"


def test_nothing_typed_by_a_stranger_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    printing.many([{"name": "\x1b[2J[bold]Ada"}], ("name",), as_json=False)
    said = capsys.readouterr().out
    assert "[bold]Ada" in said
    assert "\x1b" not in said


def test_a_long_row_stays_one_line_for_grep(capsys: pytest.CaptureFixture[str]) -> None:
    printing.many([{"name": "Ada " * 60}], ("name",), as_json=False)
    assert "Ada " * 59 in capsys.readouterr().out
