"""`publisher handles`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Ask, Run

pytestmark = pytest.mark.django_db


def test_somebody_is_called_something_until_removed(publisher: Run, ask: Ask) -> None:
    added = publisher("handles", "add", "Ada Vos", "x", "@ada")
    assert added.stdout == "'Ada Vos' is @ada on x.\n"
    assert ask("handles", "list") == [{"name": "Ada Vos", "network": "x", "handle": "ada"}]
    assert publisher("handles", "remove", "Ada Vos", "x").exit_code == 0
    assert publisher("handles", "remove", "Ada Vos", "x").exit_code == 1


def test_what_is_no_handle_is_refused_in_a_sentence(publisher: Run) -> None:
    result = publisher("handles", "add", "Ada Vos", "x", "ada\nvos")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "'ada\\nvos' is no handle on x" in result.stderr


def test_a_file_is_taken(ask: Ask, tmp_path: Path) -> None:
    (file := tmp_path / "handles.csv").write_text("\ufeffname,network,handle\nAda Vos,x,ada\n")
    assert ask("handles", "import", file) == {"added": 1}
