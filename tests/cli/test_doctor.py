"""`publisher doctor`."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from publisher import clock, pulse
from publisher.social.models import Account
from tests.cli.conftest import Ask, Run
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_sound_database_is_found_sound(ask: Ask) -> None:
    found = ask("doctor", "--only", "settings,database,clocks,redis,disk")
    assert {line["state"] for line in found} == {"ok"}
    assert found[1]["found"].startswith("PostgreSQL ")


def test_a_dispatcher_that_stopped_looking_is_wrong(
    ask: Ask, publisher: Run, own_redis: None
) -> None:
    assert publisher("doctor", "--only", "dispatcher").exit_code == 1
    pulse.beat(now=clock.now())
    assert ask("doctor", "--only", "dispatcher")[0]["found"].startswith("looked 0.")
    pulse.beat(now=clock.now() - timedelta(minutes=1))
    result = publisher("doctor", "--only", "dispatcher")
    assert result.exit_code == 1
    assert "It has not looked for what is due for 60 s" in result.stdout


def test_a_relay_out_of_reach_is_wrong(publisher: Run, settings: Settings) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://127.0.0.1:9"
    result = publisher("doctor", "--only", "smtp")
    assert result.exit_code == 1
    assert "127.0.0.1:9" in result.stdout


def test_a_name_that_it_does_not_know_is_wrong_usage(publisher: Run) -> None:
    result = publisher("doctor", "--only", "redis,moon")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'moon'" in result.stderr


def test_no_secret_is_shown(publisher: Run, settings: Settings) -> None:
    assert settings.SECRET_KEY not in publisher("doctor", "--only", "settings").stdout


def test_the_doctor_warns_before_credentials_end(ask: Ask, publisher: Run) -> None:
    AccountFactory.create(name="page", network="linkedin", expires_at=clock.now() + 15 * DAY)
    AccountFactory.create(name="courier", network="x", expires_at=clock.now())
    assert ask("doctor", "--only", "accounts")[0]["found"] == "2 can post"
    Account.objects.filter(name="page").update(expires_at=clock.now() + 13 * DAY)
    result = publisher("doctor", "--only", "accounts")
    assert result.exit_code == 1
    assert "'page' on linkedin: Its credentials end on" in result.stdout
