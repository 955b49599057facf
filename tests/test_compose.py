"""The compose file, held against the settings and commands that exist; no engine is asked."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from publisher.cli import app
from workers.app import QUEUES

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build")}
WORKERS = {name: s for name, s in OURS.items() if "worker" in s.get("command", ())}


def test_every_queue_has_a_worker_and_every_worker_a_queue() -> None:
    served = [
        queue
        for service in WORKERS.values()
        for queue in service["command"][service["command"].index("-Q") + 1].split(",")
    ]
    assert sorted(served) == sorted(QUEUES)


def test_there_is_one_beat() -> None:
    assert [name for name, service in OURS.items() if "beat" in service.get("command", ())] == [
        "beat"
    ]
    assert "deploy" not in SERVICES["beat"]


@pytest.mark.parametrize("name", WORKERS)
def test_workers_can_be_scaled(name: str) -> None:
    assert not {"container_name", "ports", "hostname"} & SERVICES[name].keys()


@pytest.mark.parametrize("name", OURS)
def test_every_setting_that_is_handed_in_is_read(name: str) -> None:
    read = (ROOT / "publisher" / "settings.py").read_text()
    for setting in OURS[name]["environment"]:
        assert f'"{setting}"' in read


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name: str) -> None:
    command = OURS[name].get("command", ["gunicorn", "publisher.wsgi"])
    if command[0] == "publisher":
        assert command[1] in get_command(app).commands  # type: ignore[attr-defined]
    else:
        assert (Path(".venv/bin") / command[0]).name in {"celery", "gunicorn"}


@pytest.mark.parametrize("name", ["postgres", "redis", "web", *WORKERS])
def test_every_service_that_runs_on_is_watched(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_redis_keeps_what_it_is_told() -> None:
    command = SERVICES["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"


def test_what_must_last_lies_on_volumes() -> None:
    mounted = {
        mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", ())
    }
    assert mounted == COMPOSE["volumes"].keys()


def test_secrets_must_be_given_and_are_nowhere_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for secret in ("POSTGRES_PASSWORD", "PUBLISHER_SECRET_KEY", "PUBLISHER_SMTP_URL"):
        assert re.search(rf"\$\{{{secret}:\?", text)


def test_the_image_runs_as_nobody_in_particular() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert dockerfile.count("FROM ") == 2
    assert re.search(r"^USER publisher$", dockerfile, re.MULTILINE)
    assert "--require-hashes" in dockerfile
