"""A real browser on a real server; without one the journeys are skipped, and in CI they fail."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from publisher import env

# Playwright keeps an event loop in the tests' thread; it only waits while they use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        if env.flag("CI", default=False):
            pytest.fail("chromium is not installed, and in CI the journeys must run")
        pytest.skip("chromium is not installed: the journeys are left out")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    """Open a page as wide as a phone's; relative addresses are the live server's."""
    settings.PUBLISHER_BASE_URL = live_server.url
    context = browser.new_context(base_url=live_server.url, viewport={"width": 375, "height": 800})
    yield context.new_page()
    context.close()
