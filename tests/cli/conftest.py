"""The command line, run inside the test."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings
from typer.testing import CliRunner, Result

from publisher.cli import app

Run = Callable[..., Result]
Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def given_engines(settings: Settings) -> None:
    """Let no command start engines of its own: the tests have some."""
    settings.EMBEDDED_POSTGRES = False
    settings.EMBEDDED_REDIS = False


@pytest.fixture
def publisher() -> Run:
    """Give what runs `publisher …` and returns status and output; `said` is what it reads."""

    def run(
        *words: object, said: str | bytes | None = None, env: dict[str, str] | None = None
    ) -> Result:
        result = CliRunner().invoke(app, [str(word) for word in words], input=said, env=env)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def ask(publisher: Run) -> Ask:
    """Give what runs `publisher … --json`, which must succeed, and returns what it says."""

    def run(*words: object, said: str | bytes | None = None) -> Any:
        result = publisher(*words, "--json", said=said)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return run
