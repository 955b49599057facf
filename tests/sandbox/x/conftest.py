"""A stand-in that nobody has called yet."""

from pathlib import Path

import pytest

from tests.sandbox.x.calling import Caller


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller(tmp_path / "sandbox")
