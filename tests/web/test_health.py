"""Ready is who can send: with the database, with Redis, and with a dispatcher that looks."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from publisher import clock, pulse
from publisher.web import health

pytestmark = pytest.mark.django_db


def test_a_house_whose_dispatcher_looks_is_ready(client: Client, own_redis: None) -> None:
    pulse.beat(now=clock.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "redis": "ok", "dispatcher": "ok"}


def test_a_dispatcher_that_is_stuck_is_told_of(client: Client, own_redis: None) -> None:
    pulse.beat(now=clock.now() - health.FRESH_FOR - timedelta(seconds=5))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["dispatcher"].startswith("not seen for 1")


def test_without_redis_only_the_rest_is_ok(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://user:secret@127.0.0.1:1/0"
    pulse.client.cache_clear()
    answer = client.get("/readyz")
    pulse.client.cache_clear()
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert answer.json()["redis"] == "out of reach"
    assert "secret" not in answer.content.decode()
