"""`publisher templates`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Ask, Run
from tests.factories import AccountFactory, ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def courier() -> None:
    """Have an account and an article."""
    AccountFactory.create(name="courier")
    ArticleFactory.create(slug="ferry", title="The ferry is late")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (file := tmp_path / "hook.txt").write_text("Well: {{ article.title }} {{ article.url }}")
    return file


def test_adding_one_prints_its_id_and_it_words_posts(publisher: Run, ask: Ask, file: Path) -> None:
    added = publisher("templates", "add", "hook", file, "--account", "courier")
    (line,) = ask("templates", "list")
    assert added.stdout == f"{line['id']}\n"
    post = ask("posts", "preview", "courier", "--article", "ferry", "--variant", "hook")
    assert post["text"].startswith("Well: The ferry is late http")


def test_what_no_article_has_is_refused_in_a_sentence(publisher: Run, file: Path) -> None:
    refused = publisher("templates", "add", "hook", file, "--tag", "unheard of")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "No article has the tag 'unheard of'" in refused.stderr


def test_one_is_tried_before_it_is_kept(publisher: Run, ask: Ask, file: Path) -> None:
    tried = publisher("templates", "preview", "courier", "--article", "ferry", "--template", file)
    assert tried.stdout.startswith("── headline\nWell: The ferry is late http")
    assert ask("templates", "list") == []


def test_every_way_to_word_an_article_is_shown(ask: Ask) -> None:
    drafts = ask("templates", "preview", "courier", "--article", "ferry")
    assert {draft["variant"] for draft in drafts} == {"headline", "hook"}


def test_one_is_removed_once(publisher: Run, ask: Ask, file: Path) -> None:
    template = ask("templates", "add", "hook", file)["id"]
    assert publisher("templates", "remove", template).exit_code == 0
    assert publisher("templates", "remove", template).exit_code == 1
