"""Rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, meta

ROOT = Path(__file__).parent.parent
TASKS = [
    node
    for node in ast.parse((ROOT / "workers" / "tasks.py").read_text()).body
    if isinstance(node, ast.FunctionDef) and node.decorator_list
]


def python_files() -> list[Path]:
    """Return the project's own code, without migrations."""
    found = [*(ROOT / "publisher").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_takes_ids_and_nothing_else(task: ast.FunctionDef) -> None:
    annotations = [ast.unparse(arg.annotation) for arg in task.args.args if arg.annotation]
    assert len(annotations) == len(task.args.args)
    assert set(annotations) <= {"int", "list[int]"}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_is_a_doorway(task: ast.FunctionDef) -> None:
    assert len(task.body) <= 7, "a docstring and at most six statements"


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_asks_celery_to_wait(path: Path) -> None:
    calls = re.findall(r"\b(eta=|countdown=|apply_async|\.retry\()", path.read_text())
    assert not calls, "a retry is a later due_at"


@pytest.mark.parametrize(
    ("folder", "known"),
    [
        ("email", {"newsletter", "edition", "articles", "reader"}),
        ("post", {"article", "hashtags", "handles", "breaking"}),
    ],
)
def test_a_template_asks_only_for_its_context(folder: str, known: set[str]) -> None:
    environment = Environment(autoescape=True)
    templates = [path for path in (ROOT / "templates" / folder).rglob("*") if path.is_file()]
    assert templates
    for path in templates:
        asked = meta.find_undeclared_variables(environment.parse(path.read_text()))
        assert asked <= known, path.relative_to(ROOT)
