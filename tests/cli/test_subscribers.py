"""`publisher subscribers`."""

import json
from pathlib import Path

import pytest

from publisher.audience import actions as audience
from publisher.audience.models import Signup, Subscriber, Subscription
from publisher.staff import trail
from tests.cli.conftest import Ask, Run
from tests.factories import NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
CONFIRMED = ("--confirmed", "--source", "paper form, 2025")


@pytest.fixture
def readers(tmp_path: Path) -> Path:
    NewsletterFactory.create(slug="daily")
    file = tmp_path / "readers.csv"
    file.write_text("email,name\nada@example.org,Ada\nnobody,Ben\ncleo@example.org,Cleo\n")
    return file


def test_what_is_wrong_with_a_row_is_said_and_the_others_are_taken(
    publisher: Run, readers: Path
) -> None:
    result = publisher("subscribers", "import", readers, "--newsletter", "daily", *CONFIRMED)
    assert result.exit_code == 1
    assert result.stdout == "2 added, 0 asked to confirm, 0 unchanged, 1 refused.\n"
    assert result.stderr.startswith("readers.csv, line 3: 'nobody' is not an e-mail address")
    assert set(Subscription.objects.values_list("source", flat=True)) == {"paper form, 2025"}


def test_without_consent_readers_are_asked(ask: Ask, readers: Path) -> None:
    readers.write_text("email\nada@example.org\ncleo@example.org\n")
    result = ask("subscribers", "import", readers, "--newsletter", "daily")
    assert (result["added"], result["asked"], result["refused"]) == (0, 2, 0)
    assert Signup.objects.count() == 2


@pytest.mark.parametrize("words", [["--confirmed"], ["--source", "a form"]])
def test_consent_and_its_source_belong_together(
    publisher: Run, readers: Path, words: list[str]
) -> None:
    result = publisher("subscribers", "import", readers, "--newsletter", "daily", *words)
    assert result.exit_code == 2
    assert not Subscriber.objects.exists()


def test_a_file_of_which_nothing_can_be_taken_is_refused(publisher: Run, readers: Path) -> None:
    readers.write_text("email\nnobody\n")
    result = publisher("subscribers", "import", readers, "--newsletter", "daily")
    assert result.exit_code == 1
    assert "Rows of readers.csv are refused: 1, none was left to take;" in result.stderr


def test_a_program_is_told_of_refused_rows_too(publisher: Run, readers: Path) -> None:
    words = ("subscribers", "import", readers, "--newsletter", "daily", *CONFIRMED)
    result = publisher(*words, "--json")
    assert (result.exit_code, json.loads(result.stdout)["refused"]) == (1, 1)
    assert "the others are taken; correct them and import the file again." in result.stderr


def test_an_import_of_known_readers_is_no_failure(publisher: Run, readers: Path) -> None:
    readers.write_text("email\nada@example.org\n")
    words = ("subscribers", "import", readers, "--newsletter", "daily", *CONFIRMED)
    publisher(*words)
    assert publisher(*words).exit_code == 0


def test_a_file_that_is_not_there_is_a_sentence(publisher: Run, readers: Path) -> None:
    result = publisher("subscribers", "import", "nowhere.csv", "--newsletter", "daily")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_an_export_can_be_imported(publisher: Run, readers: Path) -> None:
    publisher("subscribers", "import", readers, "--newsletter", "daily", *CONFIRMED)
    result = publisher("subscribers", "export", "--newsletter", "daily")
    assert result.stdout.splitlines() == [
        "email,name,time_zone,tags",
        "ada@example.org,Ada,,",
        "cleo@example.org,Cleo,,",
    ]


def test_a_reader_is_shown_with_what_they_asked_for(ask: Ask) -> None:
    wish = SubscriptionFactory.create(newsletter__slug="daily", subscriber__email="ada@example.org")
    ada = ask("subscribers", "show", "Ada@Example.org")
    assert ada["id"] == wish.subscriber_id
    assert [(each["newsletter"], each["state"]) for each in ada["subscriptions"]] == [
        ("daily", "active")
    ]


def test_a_reader_is_erased(publisher: Run) -> None:
    SubscriptionFactory.create(subscriber__email="ada@example.org")
    assert publisher("subscribers", "erase", "ada@example.org").exit_code == 0
    assert not Subscriber.objects.exists()
    assert publisher("subscribers", "erase", "ada@example.org").exit_code == 1


def test_an_address_is_suppressed_and_lifted_and_the_trail_knows(publisher: Run) -> None:
    ada = SubscriptionFactory.create(subscriber__email="ada@example.org").subscriber
    publisher("subscribers", "suppress", "Ada@Example.org", "--reason", "she called")
    assert audience.is_suppressed("ada@example.org")
    assert publisher("subscribers", "lift", "ada@example.org").exit_code == 0
    assert not audience.is_suppressed("ada@example.org")
    did = [line.did for line in trail.of(f"reader {ada.pk}")]
    assert did == ["lifted the suppression", "suppressed: she called"]


def test_what_is_not_suppressed_cannot_be_lifted(publisher: Run) -> None:
    result = publisher("subscribers", "lift", "ada@example.org")
    assert result.exit_code == 1
    assert "is not suppressed" in result.stderr
