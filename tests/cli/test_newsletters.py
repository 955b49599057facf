"""`publisher newsletters`."""

import pytest

from tests.cli.conftest import Ask, Run

pytestmark = pytest.mark.django_db


def test_founding_one_prints_its_slug_alone(publisher: Run) -> None:
    result = publisher("newsletters", "add", "daily", "--name", "The Morning Tide")
    assert (result.exit_code, result.stdout) == (0, "daily\n")


def test_every_line_of_the_masthead_can_be_given(ask: Ask) -> None:
    options = {
        "--name": "The Morning Tide",
        "--from": "daily@courier.example",
        "--reply-to": "editors@courier.example",
        "--time-zone": "Europe/Amsterdam",
    }
    words = [word for option in options.items() for word in option]
    made = ask("newsletters", "add", "daily", *words, "--needs-approval")
    assert made["from"] == "daily@courier.example"
    assert made["reply_to"] == "editors@courier.example"
    assert (made["time_zone"], made["needs_approval"]) == ("Europe/Amsterdam", True)
    assert ask("newsletters", "list") == [made]


def test_a_taken_slug_is_refused(publisher: Run) -> None:
    publisher("newsletters", "add", "daily", "--name", "One")
    assert publisher("newsletters", "add", "daily", "--name", "Two").exit_code == 1
