"""Engines of their own for a run of the tests, started before Django's settings are read.

With DATABASE_URL and REDIS_URL set, the engines behind those are used instead.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from publisher.embedded.engines import Engines
from publisher.embedded.places import Places

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _quiet(line: str) -> None:
    del line


def _hurry() -> None:
    """Let PostgreSQL keep nothing safe from a power cut: these databases live for a minute."""
    with psycopg.connect(_PLACES.database_url, autocommit=True) as database:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            database.execute(f"ALTER SYSTEM SET {setting} = off")
        database.execute("SELECT pg_reload_conf()")


def _home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="publisher-tests-"))
    # Below here lies nothing but this run's own, and PostgreSQL's user must get to it.
    home.chmod(0o711)
    return home


if not _WORKER:
    os.environ["PUBLISHER_HOME"] = str(_home())
    os.environ.setdefault("PUBLISHER_SECRET_KEY", secrets.token_urlsafe(48))
_PLACES = Places(Path(os.environ["PUBLISHER_HOME"]))


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Let tables be emptied the quick way: before Django is set up, which chooses its backend."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "publisher.settings")
    settings.DATABASES["default"]["ENGINE"] = "tests.emptying"


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main() -> Generator[None, object, object]:
    """Run the engines around the whole run; xdist's workers use the ones of their controller."""
    if _WORKER:
        return (yield)
    engines = Engines(_PLACES, log=_quiet)
    try:
        if not os.environ.get("DATABASE_URL"):
            engines.start()
            _hurry()
        return (yield)
    finally:
        engines.stop()
        shutil.rmtree(_PLACES.home)
        shutil.rmtree(_PLACES.aside, ignore_errors=True)
