"""A command's code is read when it is asked for, and none is forgotten."""

import subprocess
import sys

from publisher.cli import NOUNS, VERBS
from tests.cli.conftest import Run

UP = """
from publisher import env; env.name_settings()
import sys
from publisher.cli import app
try:
    app(["up", "--help"])
finally:
    print(sorted({"django.db.models", "publisher.cli.editions"} & set(sys.modules)))
"""


def test_every_command_is_listed(publisher: Run) -> None:
    listed = publisher("--help").stdout
    assert all(f"│ {name} " in listed for name in (*VERBS, *NOUNS))


def test_every_command_tells_of_itself_under_its_own_name(publisher: Run) -> None:
    for name in (*VERBS, *NOUNS):
        assert f" {name} [OPTIONS]" in publisher(name, "--help").stdout


def test_what_runs_for_weeks_reads_no_other_command_and_no_models() -> None:
    done = subprocess.run([sys.executable, "-c", UP], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
