"""What goes wrong without being a bug: one sentence, and a status."""

import subprocess
import sys
from pathlib import Path

import pytest
import redis
import typer
from django.db import OperationalError
from typer.testing import CliRunner

from publisher.cli.sentences import Sentences
from publisher.errors import Refused
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused("There is no edition 7."), "There is no edition 7."),
        (OperationalError("connection refused\nis it up?"), "The database cannot be used: conn"),
        (redis.ConnectionError("Connection refused."), "Redis cannot be used: Connection refused;"),
    ],
)
def test_what_is_expected_to_fail_is_said_in_one_sentence(error: Exception, sentence: str) -> None:
    app = typer.Typer(cls=Sentences)

    @app.command()
    def fails() -> None:
        raise error

    app.command("another")(fails)
    result = CliRunner().invoke(app, ["fails"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


def test_a_bug_is_loud() -> None:
    app = typer.Typer(cls=Sentences)

    @app.command()
    def fails() -> None:
        raise ZeroDivisionError

    app.command("another")(fails)
    assert isinstance(CliRunner().invoke(app, ["fails"]).exception, ZeroDivisionError)


def test_ctrl_c_is_quiet() -> None:
    app = typer.Typer(cls=Sentences)

    @app.command()
    def waits() -> None:
        raise KeyboardInterrupt

    app.command("another")(waits)
    result = CliRunner().invoke(app, ["waits"])
    assert (result.exit_code, result.output.strip()) == (130, "")


@pytest.mark.parametrize(
    "words", [["nope"], ["--nope"], ["articles", "show"], ["editions", "pause", "seven"]]
)
def test_wrong_usage_is_status_2_and_names_the_help(publisher: Run, words: list[str]) -> None:
    result = publisher(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("--help'.\n")
    assert result.stderr.count("\n") == 1


def test_a_setting_that_cannot_be_read_is_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "articles", "list"],
        env={"PUBLISHER_TIME_ZONE": "Mars/Olympus"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("PUBLISHER_TIME_ZONE is 'Mars/Olympus', but must be a time zone")
    assert done.stderr.count("\n") == 1


def test_a_home_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "articles", "list"],
        env={"PUBLISHER_HOME": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith("set PUBLISHER_HOME to a directory of your own.\n")
    assert done.stderr.count("\n") == 1
