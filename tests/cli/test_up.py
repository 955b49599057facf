"""What `publisher up` and `publisher demo` say before they run anything."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from publisher import pulse
from publisher.cli import engines, up


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """Let each test connect to its own Redis."""
    pulse.client.cache_clear()
    yield
    pulse.client.cache_clear()


def test_a_redis_that_does_not_answer_is_named_without_its_password(settings: Settings) -> None:
    settings.REDIS_URL = "redis://ada:s3cret@127.0.0.1:9/3"
    said = up.redis_trouble()
    assert said.startswith("Redis at redis://127.0.0.1:9/3 does not answer (")
    assert "start it or correct REDIS_URL." in said
    assert "s3cret" not in said


def test_one_that_answers_is_not_spoken_of(settings: Settings) -> None:
    assert up.redis_trouble() == ""


def test_our_own_is_not_there_yet_and_not_asked(settings: Settings) -> None:
    settings.EMBEDDED_REDIS, settings.REDIS_URL = True, "redis://127.0.0.1:9"
    assert up.redis_trouble() == ""


def test_only_engines_of_our_own_are_said_to_start(settings: Settings) -> None:
    assert engines.titles() == []
    settings.EMBEDDED_POSTGRES = True
    assert engines.titles() == ["PostgreSQL"]
