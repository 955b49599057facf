"""Takes the README's screenshots from a running demo.

make demo, and in another terminal: .venv/bin/python docs/take_screenshots.py PASSWORD
"""

import argparse
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def main() -> None:
    """Log in as the demo's editor and take a picture of each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("password", help="the demo prints it")
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--mailbox", default="http://127.0.0.1:8025")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.browser, args=QUIET)
        page = browser.new_page(viewport={"width": 1100, "height": 760})
        page.goto(f"{asked.site}/desk/")
        page.get_by_label("E-mail").fill("editor@courier.example")
        page.get_by_label("Password").fill(asked.password)
        page.get_by_role("button", name="Log in").click()
        take(page, f"{asked.site}/desk/", "desk")
        take(page, f"{asked.site}/desk/editions/1/", "edition")
        take(page, f"{asked.site}/", "site")
        take(page, f"{asked.mailbox}/messages/1/", "mail")
        browser.close()


def take(page: Page, url: str, name: str) -> None:
    """Keep what a page shows, as a small JPEG."""
    page.goto(url, wait_until="networkidle")
    page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=72)


if __name__ == "__main__":
    main()
