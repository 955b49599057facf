"""`publisher relays`."""

from collections.abc import Iterator

import pytest

from tests.channels.esp.fakes import Fake, running
from tests.cli.conftest import Ask, Run
from tests.recorder import Recorder, recording

pytestmark = pytest.mark.django_db
LOGIN = "smtp+starttls://ada:s3cret@mx.example?connections=3"


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture
def postmark() -> Iterator[Fake]:
    with running("postmark") as fake:
        yield fake


def test_adding_one_prints_its_name_alone(publisher: Run) -> None:
    result = publisher("relays", "add", "main", "--url", LOGIN)
    assert (result.exit_code, result.stdout) == (0, "main\n")


def test_no_secret_is_ever_shown(publisher: Run) -> None:
    publisher("relays", "add", "main", "--url", LOGIN)
    publisher("relays", "add", "pm", "--service", "postmark", "--key", "k3y")
    said = publisher("relays", "list", "--json").stdout + publisher("relays", "show", "pm").stdout
    assert '"mx.example:587"' in said
    assert "Postmark" in said
    assert "s3cret" not in said
    assert "k3y" not in said


def test_a_service_is_told_where_to_report_to(ask: Ask) -> None:
    made = ask("relays", "add", "pm", "--service", "postmark", "--key", "k3y")
    assert "/hooks/pm/" in made["hook_url"]
    assert ask("relays", "show", "pm") == made
    assert ask("relays", "add", "main", "--url", LOGIN)["hook_url"] == ""


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ((), "'--url' or '--service'"),
        (("--url", LOGIN, "--service", "postmark"), "'--url' or '--service'"),
        (("--url", LOGIN, "--key", "k"), "'--key'"),
        (("--service", "mailjet", "--key", "k"), "'--secret'"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    publisher: Run, options: tuple[str, ...], named: str
) -> None:
    result = publisher("relays", "add", "main", *options)
    assert result.exit_code == 2
    assert named in result.stderr


def test_shares_and_limits_are_changed_without_the_secrets(ask: Ask) -> None:
    ask("relays", "add", "main", "--url", LOGIN, "--per-second", 20, "--per-day", 9000)
    made = ask("relays", "change", "main", "--weight", 0, "--per-second", "none")
    assert (made["weight"], made["per_second"], made["per_day"]) == (0, None, 9000)


def test_nobody_means_no_limit_by_zero(ask: Ask, publisher: Run) -> None:
    added = publisher("relays", "add", "main", "--url", LOGIN, "--per-second", 0)
    assert (added.exit_code, ask("relays", "list")) == (1, [])
    ask("relays", "add", "main", "--url", LOGIN, "--per-second", 20)
    changed = publisher("relays", "change", "main", "--per-second", 0)
    assert (changed.exit_code, changed.stderr.count("\n")) == (1, 1)
    assert "0 per second is no limit for a relay" in changed.stderr
    assert publisher("relays", "change", "main", "--per-day", "-3").exit_code == 2
    assert ask("relays", "show", "main")["per_second"] == 20


def test_a_relay_is_stopped_started_and_removed(ask: Ask, publisher: Run) -> None:
    ask("relays", "add", "main", "--url", LOGIN)
    assert ask("relays", "stop", "main")["state"] == "stopped"
    assert ask("relays", "start", "main")["state"] == "ready"
    publisher("relays", "remove", "main")
    assert ask("relays", "list") == []


@pytest.mark.parametrize("verb", ["show", "change", "test", "stop", "start", "remove"])
def test_an_unknown_relay_is_a_sentence(publisher: Run, verb: str) -> None:
    result = publisher("relays", verb, "moon")
    assert (result.exit_code, result.stderr) == (1, "There is no relay 'moon'.\n")


def test_a_server_and_a_service_let_us_in(ask: Ask, recorder: Recorder, postmark: Fake) -> None:
    ask("relays", "add", "main", "--url", recorder.url)
    there = postmark.options["api_url"]
    ask("relays", "add", "pm", "--service", "postmark", "--key", "the-key", "--api-url", there)
    assert ask("relays", "test", "main")["offers"] == ["PIPELINING"]
    assert ask("relays", "test", "pm")["offers"] == []
    assert ask("doctor", "--only", "smtp") == [
        {
            "name": "smtp",
            "state": "ok",
            "found": "'main' answers and offers PIPELINING; 'pm' takes the key",
        }
    ]


def test_a_wrong_key_is_a_sentence(publisher: Run, ask: Ask, postmark: Fake) -> None:
    there = postmark.options["api_url"]
    ask("relays", "add", "pm", "--service", "postmark", "--key", "wrong", "--api-url", there)
    result = publisher("relays", "test", "pm")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "Postmark answers 401" in result.stderr


def test_doctor_names_a_stopped_relay(publisher: Run, ask: Ask) -> None:
    ask("relays", "add", "main", "--url", LOGIN, "--route", "europe")
    ask("relays", "add", "other", "--url", LOGIN)
    ask("relays", "stop", "main")
    result = publisher("doctor", "--only", "smtp")
    assert result.exit_code == 1
    assert "'main' is stopped" in result.stdout


def test_a_newsletter_takes_a_route_that_exists(publisher: Run, ask: Ask) -> None:
    words = ("newsletters", "add", "daily", "--name", "The Daily", "--route", "europe")
    assert "No relay is on the route 'europe'" in publisher(*words).stderr
    ask("relays", "add", "eu", "--url", LOGIN, "--route", "europe")
    assert ask(*words)["route"] == "europe"
