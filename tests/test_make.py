"""What `make` says before there is a Python to say anything."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("python", ["/nonexistent", "false", ""])
def test_a_missing_interpreter_is_one_sentence(tmp_path: Path, python: str) -> None:
    argv = ["make", "-f", str(ROOT / "Makefile"), f"PYTHON={python}", ".venv/bin/python"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    sentence, makes_own = done.stderr.splitlines()
    assert done.returncode == 2
    assert sentence.startswith("Python 3.11 or newer is needed and ")
    assert sentence.endswith("name it with 'make PYTHON=/path/to/python3'.")
    assert "***" in makes_own
    assert list(tmp_path.iterdir()) == []
