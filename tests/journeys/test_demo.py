"""`publisher demo` as somebody meets it: every process is real, on an empty home and free ports."""

import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from publisher import env
from publisher.embedded.places import Places
from tests import ports
from tests.embedded.waiting import until

_SECONDS = 60.0
# The tests' own engines and keys are not for the demo.
_OURS = ("PUBLISHER_", "DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Demo:
    """A demo that runs: its process, what it has said so far, and where it listens."""

    process: subprocess.Popen[str]
    output: Path
    site: str
    sandbox: str


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """Start a demo, and end all of it after the test."""
    places, output = Places(tmp_path / "home"), tmp_path / "output"
    smtp, sandbox, site = ports.free(3)
    given = env.with_defaults({})
    theirs = {name: value for name, value in given.items() if not name.startswith(_OURS)} | {
        "PUBLISHER_HOME": str(places.home),
        "PUBLISHER_SANDBOX_SMTP_PORT": str(smtp),
        "PUBLISHER_SANDBOX_WEB_PORT": str(sandbox),
    }
    argv = [sys.executable, "-m", "publisher", "demo", "--port", str(site)]
    with output.open("w") as file:
        process = subprocess.Popen(argv, env=theirs, stdout=file, stderr=file, text=True)
    try:
        yield Demo(process, output, f"http://127.0.0.1:{site}", f"http://127.0.0.1:{sandbox}")
    finally:
        process.terminate()
        process.wait(_SECONDS)
        shutil.rmtree(places.aside, ignore_errors=True)


@pytest.mark.slow
def test_an_edition_and_a_post_arrive_once_and_on_time(demo: Demo) -> None:
    until(lambda: demo.process.poll() is not None or serving(demo), _SECONDS)
    assert demo.process.poll() is None, demo.output.read_text()

    mails = httpx.get(f"{demo.sandbox}/messages.json").json()
    (post,) = httpx.get(f"{demo.sandbox}/x/_posts.json").json()
    assert set(Counter(mail["to"] for mail in mails).values()) == {1}
    assert f"{len(mails)} mails, each once" in demo.output.read_text()
    assert f"{demo.site}/articles/" in post["text"]

    ready = httpx.get(f"{demo.site}/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)

    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(_SECONDS) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{demo.site}/healthz")


def serving(demo: Demo) -> bool:
    """Return whether the job is done and the demo waits for Ctrl-C."""
    return "Serving until Ctrl-C." in demo.output.read_text()
